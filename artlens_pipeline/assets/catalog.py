"""The root asset: what the source holds, and which work is in which shard."""

from functools import partial

import dagster as dg
import pyarrow as pa
from pydantic import Field

from artlens_pipeline import partitions
from artlens_pipeline.assets.common import attributes, provenance, table_metadata
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.encoder import observation
from artlens_pipeline.assets.inventory import as_table, read_ledger, take_inventory
from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.encoders import pinned
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.previews.metadata import show
from artlens_pipeline.previews.over_shards import of_catalog
from artlens_pipeline.previews.text import plain
from artlens_pipeline.progress import logger
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.space import check_space, describe
from artlens_pipeline.settings import setting
from artlens_pipeline.sources.ledger import GONE, PRESENT
from artlens_pipeline.sources.selection import Selection

ROOM_OF_REMARK = 300


class CatalogConfig(dg.Config):
    """Which source to list, and how much of it."""

    source: str = Field(
        default="",
        description="Folder of images, Parquet files or hf://datasets/OWNER/NAME; "
        "empty: the sources on record",
    )
    mode: str = Field(
        default="same", description="add or replace: what another source than that on record does"
    )
    encoder: str = Field(
        default="", description="Embed by this encoder from now on; empty: the one on record"
    )
    limit: int | None = Field(default=None, description="Take the first works only")
    sample: int | None = Field(default=None, description="Take a random sample of so many works")
    seed: int = Field(default=0, description="Seed of the sample")
    shard_size: int = setting("source", "shard_size", "Works in a shard", ge=1)

    @property
    def selection(self) -> Selection:
        """The works that are taken."""
        return Selection(self.limit, self.sample, self.seed)


@dg.asset(
    code_version="2",
    description="Every work of the source and the shard that it is in; registers the partitions.",
    **attributes("ingest", "parquet"),
)
def source_catalog(
    context: dg.AssetExecutionContext,
    config: CatalogConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
) -> dg.MaterializeResult:
    """List the source, bring the ledger up to date and register its shards."""
    with making(context, lake, "source_catalog"):
        before = read_ledger(lake)
        if config.mode == "replace":
            before = before.assign(status=GONE)
        admitted = source.admit(config.source, config.selection, _mode(config.mode))
        found = take_inventory(source, admitted, before, config.shard_size)
        check_space(found.need)
        source.record(_embedded_by(config.encoder, found.collection))
        context.log_event(observation(open_lake(home)))
    ledger, remarks = found.ledger, [plain(line, ROOM_OF_REMARK) for line in found.remarks]
    for line in remarks:
        logger.warning(line)
    shards = sorted(ledger.loc[ledger["status"] == PRESENT, "shard"].unique())
    for empty in set(ledger["shard"]) - set(shards):
        lake.drop_shard(empty)
    data = as_table(ledger)
    made = provenance(context, lake, fingerprint=_fingerprint(data), recipe=digest(1), upstream={})
    skipped = lake.stands("source_catalog", made.fingerprint)
    path = lake.path("source_catalog") if skipped else lake.write("source_catalog", data, made)
    partitions.register(context.instance, shards)
    show(context, partial(of_catalog, lake))
    return dg.MaterializeResult(
        metadata={
            **table_metadata("source_catalog", len(ledger), str(path), ()),
            "works": int((ledger["status"] == PRESENT).sum()),
            "new": len(ledger) - len(before),
            "gone": int((ledger["status"] == GONE).sum()),
            "shards": len(shards),
            "disk_need": describe(found.need),
            **({"remarks": dg.MetadataValue.json(remarks)} if remarks else {}),
            "skipped": skipped,
        },
        data_version=dg.DataVersion(made.fingerprint),
    )


def _fingerprint(data: pa.Table) -> str:
    """Of the ledger's rows; a part at a time, for a million of them as Python's own take 2 GB."""
    return digest([digest(part.to_pylist()) for part in data.to_batches(10_000)])


def _embedded_by(encoder: str, collection: Collection) -> Collection:
    return collection.with_encoder(*pinned(encoder)) if encoder else collection


def _mode(mode: str) -> Mode:
    known: dict[str, Mode] = {"same": "same", "add": "add", "replace": "replace"}
    if mode in known:
        return known[mode]
    raise ArtLensError(f"mode is {mode!r}; give same, add or replace")
