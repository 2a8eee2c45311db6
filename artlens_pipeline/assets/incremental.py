"""What a result over all works keeps when some works are new: which rows stand as they were.

Such a result says of itself how many works were `placed` into it, or taken from it, since all of it
was computed at once. When these are too many, or a run asks for a full refresh, it is computed so
again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis.graph_extension import NEW
from artlens_pipeline.assets import common
from artlens_pipeline.assets.inputs import Embeddings
from artlens_pipeline.resources.lake import Lake, Provenance
from artlens_pipeline.settings import current_settings
from artlens_pipeline.vectors import places

FULL_REFRESH = "artlens/full_refresh"
"""The tag, of value "true", of a run that computes at once what was only extended."""
PLACED = "placed"
"""The fact of a result that says how many works were placed into it or taken from it."""


@dataclass(frozen=True)
class Previous:
    """A result as it stood, and its facts; of each work of now its row in it, or NEW [n].

    `placed`: works placed or taken since all of it was computed at once, up to now.
    """

    table: pa.Table
    facts: Mapping[str, Any]
    rows: npt.NDArray[np.int64]
    placed: int


def needs_refresh(context: dg.AssetExecutionContext, made: Provenance) -> bool:
    """Whether a result is to be computed at once, though what it is made of is unchanged."""
    return _asked(context) and bool(made.facts.get(PLACED))


def previous(
    context: dg.AssetExecutionContext,
    lake: Lake,
    config: dg.Config,
    embeddings: Embeddings,
) -> Previous | None:
    """The result that may be extended to these works; None: all of it is to be computed."""
    table = context.asset_key.to_user_string()
    made, limits = lake.provenance(table), current_settings()["incremental"]
    if made is None or made.recipe != common.recipe(context, config) or _asked(context):
        return None
    if lake.rows(table) < limits["from_works"]:
        return None
    old = lake.read(table)
    rows = _rows(old, embeddings)
    kept = int(np.count_nonzero(rows != NEW))
    placed = int(made.facts.get(PLACED, 0)) + len(rows) - kept + len(old) - kept
    few = placed <= limits["max_share"] * len(rows)
    return Previous(old, made.facts, rows, placed) if kept and few else None


def with_hashes(table: pa.Table, embeddings: Embeddings) -> pa.Table:
    """The table with the column by which `previous` knows the works that are as they were."""
    return table.append_column("embedding_hash", embeddings.hashes)


def _asked(context: dg.AssetExecutionContext) -> bool:
    return context.run.tags.get(FULL_REFRESH) == "true"


def _rows(old: pa.Table, embeddings: Embeddings) -> npt.NDArray[np.int64]:
    rows = places(embeddings.ids, old["sample_id"])
    before, now = old["embedding_hash"].to_numpy(), embeddings.hashes
    return np.where(before[rows] == now.to_numpy(zero_copy_only=False), rows, NEW)
