"""A home whose lake a test may spoil, and asking the checks of an asset without making it."""

from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa

from artlens_pipeline.commands.driver import QUIET
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vectors import as_column

Answers = dict[str, dg.AssetCheckEvaluation]
Change = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Asked:
    home: Home
    instance: dg.DagsterInstance

    @property
    def lake(self) -> Lake:
        return open_lake(self.home)

    def all(self) -> set[dg.AssetCheckKey]:
        """All checks that there are."""
        return set(build_defs(self.home).resolve_asset_graph().asset_check_keys)

    def __call__(self, *assets: str) -> Answers:
        """The answers of all checks of some assets, by their names."""
        keys = [dg.AssetKey(name) for name in assets]
        job = dg.define_asset_job("ask", dg.AssetSelection.checks_for_assets(*keys))
        defs = dg.Definitions.merge(build_defs(self.home), dg.Definitions(jobs=[job]))
        result = defs.resolve_job_def("ask").execute_in_process(
            instance=self.instance, run_config=QUIET, raise_on_error=False
        )
        answers = {item.check_name: item for item in result.get_asset_check_evaluations()}
        blocked = any(not item.passed and item.blocking for item in answers.values())
        assert result.success is not blocked, "a check was not asked to the end"
        return answers

    def spoil(self, table: str, change: Change, shard: str | None = None) -> None:
        """Write a table, or a shard of it, changed under the provenance that it had."""
        made = self.lake.provenance(table, shard)
        assert made is not None
        frame = change(self.lake.read(table, shard=shard).to_pandas())
        data = pa.Table.from_pandas(frame, TABLES[table], preserve_index=False)
        for place, field in enumerate(data.schema):
            if not pa.types.is_list(field.type) or pa.types.is_string(field.type.value_type):
                continue
            if len(set(map(len, frame[field.name]))) == 1:  # a vector column, not a list of any
                rows = np.stack(frame[field.name].tolist()).astype(
                    field.type.value_type.to_pandas_dtype()
                )
                data = data.set_column(place, field.name, as_column(rows))
        self.lake.write(table, data, made, shard)


def failed(answers: Answers) -> set[str]:
    """The names of those that failed."""
    return {name for name, answer in answers.items() if not answer.passed}
