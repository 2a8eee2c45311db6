"""What a person opens: the DuckDB warehouse and the FiftyOne dataset."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from artlens_pipeline.assets.common import (
    about,
    attributes,
    code_version,
    column_metadata,
    versioned,
)
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.inputs import read_edges
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.lineage import wide_lineage
from artlens_pipeline.previews.metadata import show
from artlens_pipeline.previews.published import of_gallery, of_warehouse
from artlens_pipeline.progress import stage
from artlens_pipeline.resources import gallery
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.shard_status import shard_status
from artlens_pipeline.resources.standing import Standing, as_table, standings
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.resources.vector_backends import BACKENDS, OWN
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.resources.warehouse_copy import send
from artlens_pipeline.settings import setting
from artlens_pipeline.tables import TABLES, wide_columns

RESULTS = [name for name in TABLES if name != "rejected_samples"]
"""Every asset with a table; rejected_samples is written with raw_samples."""


class GalleryConfig(dg.Config):
    """Where FiftyOne shows the collection."""

    name: str = setting("fiftyone_dataset", "name", "FiftyOne's dataset")
    similarity: str = setting(
        "fiftyone_dataset",
        "similarity",
        "What serves search in the App: artlens (the lake's index), lancedb, qdrant, milvus or "
        "pgvector",
        pattern=f"^({'|'.join([OWN, *BACKENDS])})$",
    )


@dg.asset(
    deps=RESULTS,
    code_version="3",
    description="artlens.duckdb: one table an asset, the wide table artworks (whose columns these "
    "are), table_provenance, which says when and from what each was made, and which are stale, and "
    "shard_status, which says the same of shards.",
    **attributes("publish", "duckdb"),
)
def duckdb_warehouse(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], home: dg.ResourceParam[Home]
) -> dg.MaterializeResult:
    """Publish every table that there is; open readers keep what they opened."""
    warehouse = Warehouse(home.warehouse)
    with making(context, lake, "duckdb_warehouse"):
        found, shards = standings(lake), shard_status(lake)
        versions = [(item.table, lake.version(item.table), item.stale) for item in found]
        fingerprint = digest(code_version(context), versions, shards.to_pylist())
        skipped = warehouse.fingerprint() == fingerprint
        if skipped:
            context.log.info("the warehouse is up to date; nothing to publish")
        else:
            before = warehouse.index_version()  # a search that reads it may be at work
            warehouse.publish(_tables(lake, found, shards, fingerprint))
            VectorIndex(lake.index_uri).forget_old_versions(before)
        send(home, fingerprint)
        rows, label_sets = warehouse.rows(), warehouse.label_sets()
        wide = [field for field, _ in wide_columns(rows, label_sets)]
        show(context, lambda: of_warehouse(rows, found, shards))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": rows[WIDE],
            "dagster/uri": str(home.warehouse),
            **column_metadata(wide, wide_lineage(rows, label_sets)),
            "file": dg.MetadataValue.path(str(home.warehouse)),
            "stale": [item.table for item in found if item.stale],
            "skipped": skipped,
        },
        data_version=dg.DataVersion(fingerprint),
    )


@dg.asset(
    deps=["duckdb_warehouse", "similarity_index"],
    code_version=versioned("3", "fiftyone_dataset"),
    description="The collection in FiftyOne: labels, scores, clusters, map, search by image and "
    "text, saved views. Published in place: a person's own tags and fields stay.",
    **attributes("publish", "fiftyone"),
)
def fiftyone_dataset(
    context: dg.AssetExecutionContext,
    config: GalleryConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
) -> dg.MaterializeResult:
    """Bring the dataset in line with the warehouse's artworks."""
    warehouse, index = Warehouse(home.warehouse), VectorIndex(lake.index_uri)
    with making(context, lake, "fiftyone_dataset"), warehouse.read() as connection:
        artworks = connection.execute(f"SELECT * FROM {WIDE}").df()  # noqa: S608  # our own name
        versions = [warehouse.fingerprint(), lake.version("similarity_index")]
        chosen = (index.uri, config.name, config.similarity)
        fingerprint = digest(code_version(context), versions, *chosen)
        files = ThumbnailFiles.of(home)
        files.fetch(artworks["thumbnail_path"])
        artworks["thumbnail_path"] = artworks["thumbnail_path"].map(files.shown)
        gallery.connect(home.environment())
        stands = gallery.published(config.name, config.similarity)
        skipped = stands == (fingerprint, len(artworks))
        report = {} if skipped else _publish(config, artworks, lake, index, fingerprint)
        show(context, lambda: of_gallery(gallery.contents(config.name)))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(artworks),
            **report,
            **about(lake),
            "skipped": skipped,
        },
        data_version=dg.DataVersion(fingerprint),
    )


def _publish(
    config: GalleryConfig,
    artworks: pd.DataFrame,
    lake: Lake,
    index: VectorIndex,
    fingerprint: str,
) -> dict[str, Any]:
    with stage("fiftyone", len(artworks)) as advance:
        report = gallery.publish(
            config.name,
            artworks,
            encoder=lake.encoder,
            revision=lake.revision,
            index_uri=index.uri,
            table_name=index.table_name,
            backend=config.similarity,
            fingerprint=fingerprint,
        )
        advance(len(artworks))
    return report


def _tables(
    lake: Lake, found: list[Standing], shards: pa.Table, fingerprint: str
) -> Iterator[tuple[str, pa.Table]]:
    yield "table_provenance", as_table(found, WIDE, fingerprint)
    yield "shard_status", shards
    with stage("warehouse", len(found)) as advance:
        for item in found:
            edges = item.table == "neighbor_graph"
            yield item.table, read_edges(lake) if edges else lake.read(item.table)
            advance(1)
