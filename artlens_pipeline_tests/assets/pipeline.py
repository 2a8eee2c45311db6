"""The definitions over one home and one instance, driven stage by stage as by the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from artlens_pipeline.automation.jobs import over
from artlens_pipeline.commands.driver import QUIET
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake, open_lake


@dataclass(frozen=True)
class Pipeline:
    home: Home
    instance: dg.DagsterInstance

    @property
    def lake(self) -> Lake:
        return open_lake(self.home)

    @property
    def shards(self) -> list[str]:
        return list(self.instance.get_dynamic_partitions("shards"))

    def catalog(self, **config: Any) -> dict[str, Any]:
        ops = {"ops": {"source_catalog": {"config": config}}}
        return self.run("catalog", config=ops)["source_catalog"]

    def over_shards(self, *jobs: str) -> dict[str, dict[str, Any]]:
        """Metadata by `asset/shard`, of ingest and embed unless `jobs` says otherwise."""
        found: dict[str, dict[str, Any]] = {}
        for job in jobs or ("ingest", "embed"):
            found |= self.run(job, tags=over(self.shards))
        return found

    def run(
        self,
        job: str,
        *,
        config: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        assets: tuple[str, ...] = (),
    ) -> dict[str, dict[str, Any]]:
        """Metadata of each materialization, by the asset's name and the partition if any."""
        result = (
            build_defs(self.home)
            .resolve_job_def(job)
            .execute_in_process(
                instance=self.instance,
                run_config={**QUIET, **(config or {})},
                tags=tags,
                asset_selection=[dg.AssetKey(name) for name in assets] or None,
            )
        )
        return {
            "/".join(filter(None, [event.asset_key.to_user_string(), event.partition])): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
        }


def files(pipeline: Pipeline, table: str) -> dict[str, int]:
    """When each shard of a table was last written."""
    return {
        shard: pipeline.lake.path(table, shard).stat().st_mtime_ns
        for shard in pipeline.lake.shards(table)
    }


def ids(pipeline: Pipeline, table: str) -> list[str]:
    """The sample_ids of a table, shard after shard."""
    return pipeline.lake.read(table, ["sample_id"])["sample_id"].to_pylist()


def first_run(pipeline: Pipeline, source: Path, **config: object) -> None:
    """Catalog and shards, five works a shard unless `config` says otherwise."""
    pipeline.catalog(source=str(source), **{"shard_size": 5, **config})
    pipeline.over_shards()
