"""The jobs that a person looks for. Assets per shard and fan-in assets never share one."""

import dagster as dg

INGEST = ("raw_samples", "image_quality")
EMBED = ("clip_embeddings",)
PUBLISH = ("duckdb_warehouse", "fiftyone_dataset")

JOBS = [
    dg.define_asset_job(
        "catalog", ["source_catalog"], description="List the source and register its shards."
    ),
    dg.define_asset_job("ingest", list(INGEST), description="Read every work, shard by shard."),
    dg.define_asset_job("embed", list(EMBED), description="Embed every work, shard by shard."),
    dg.define_asset_job(
        "analyse",
        dg.AssetSelection.groups("analyse"),
        description="Everything that is computed over all shards.",
    ),
    dg.define_asset_job(
        "compare",
        dg.AssetSelection.groups("compare"),
        description="Other ways to the same results, to lay beside those of analyse.",
    ),
    dg.define_asset_job(
        "publish", list(PUBLISH), description="The warehouse and the FiftyOne dataset."
    ),
]
