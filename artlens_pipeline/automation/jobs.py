"""The jobs that a person looks for. Assets per shard and fan-in assets never share one."""

from collections.abc import Sequence

import dagster as dg

from artlens_pipeline.tables import DESCRIBED

WHOLE_MACHINE = {"artlens/machine": "whole"}
"""The tag of runs that use every core: a queue that knows several machines limits it."""

ALL_CHECKED = {"artlens/checks": "all shards"}
"""The tag of runs over few shards whose checks look at all of them."""

CATALOG = dg.define_asset_job(
    "catalog", ["source_catalog"], description="List the source and register its shards."
)
INGEST = dg.define_asset_job(
    "ingest",
    ["raw_samples", "image_quality"],
    tags=WHOLE_MACHINE,
    description="Read every work, shard by shard.",
)
EMBED = dg.define_asset_job(
    "embed",
    ["clip_embeddings"],
    tags=WHOLE_MACHINE,
    description="Embed every work, shard by shard.",
)
_DESCRIBED = dg.AssetSelection.assets(*DESCRIBED)
DESCRIBE = dg.define_asset_job(
    "describe",
    _DESCRIBED,
    tags=WHOLE_MACHINE,
    description="Words and colours for every work, shard by shard.",
)
ANALYSE = dg.define_asset_job(
    "analyse",
    dg.AssetSelection.groups("analyse", "language") - _DESCRIBED,
    tags=WHOLE_MACHINE,
    description="Everything that is computed over all shards.",
)
COMPARE = dg.define_asset_job(
    "compare",
    dg.AssetSelection.groups("compare"),
    tags=WHOLE_MACHINE,
    description="Other ways to the same results, to lay beside those of analyse.",
)
PUBLISH = dg.define_asset_job(
    "publish",
    dg.AssetSelection.groups("publish"),
    description="The warehouse, the FiftyOne dataset and the report.",
)
JOBS = (CATALOG, INGEST, EMBED, DESCRIBE, ANALYSE, COMPARE, PUBLISH)
PER_SHARD = ("ingest", "embed", "describe")


def over(shards: Sequence[str]) -> dict[str, str]:
    """Tags by which one run takes `shards`, which follow each other in the order of Dagster's."""
    return {
        "dagster/asset_partition_range_start": shards[0],
        "dagster/asset_partition_range_end": shards[-1],
    }
