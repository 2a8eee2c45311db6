"""The root asset: what the source holds, and which work is in which shard."""

import dagster as dg
import pandas as pd
import pyarrow as pa
from pydantic import Field

from artlens_pipeline import partitions
from artlens_pipeline.assets.common import attributes, provenance, table_metadata
from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.space import DiskNeed, check_space, describe
from artlens_pipeline.settings import setting
from artlens_pipeline.sources.base import Source
from artlens_pipeline.sources.ledger import GONE, PRESENT, empty_ledger, known_source, update_ledger
from artlens_pipeline.sources.selection import Selection
from artlens_pipeline.tables import TABLES


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
    limit: int | None = Field(default=None, description="Take the first works only")
    sample: int | None = Field(default=None, description="Take a random sample of so many works")
    seed: int = Field(default=0, description="Seed of the sample")
    shard_size: int = setting("source", "shard_size", "Works in a shard", ge=1)

    @property
    def selection(self) -> Selection:
        """The works that are taken."""
        return Selection(self.limit, self.sample, self.seed)


@dg.asset(
    code_version="1",
    description="Every work of the source and the shard that it is in; registers the partitions.",
    **attributes("ingest", "parquet"),
)
def source_catalog(
    context: dg.AssetExecutionContext,
    config: CatalogConfig,
    lake: dg.ResourceParam[Lake],
    source: SourceResource,
) -> dg.MaterializeResult:
    """List the source, bring the ledger up to date and register its shards."""
    with mendable():
        before = _ledger(lake)
        if config.mode == "replace":
            before = before.assign(status=GONE)
        admitted = source.admit(config.source, config.selection, _mode(config.mode))
        opened = {item.uri: source.open(item.uri) for item in admitted.sources}
        listings = _listings(admitted, opened, before)
        _refuse_other_works(source.recorded(), listings, before)
        collection = _named(admitted, source.recorded(), listings, before)
        selected = _selected(collection, listings, before)
        ledger = update_ledger(before, selected, config.shard_size)
        need = _need(collection, opened, ledger)
        check_space(need)
        source.record(collection.at({uri: item.revision for uri, item in opened.items()}))
    shards = sorted(ledger.loc[ledger["status"] == PRESENT, "shard"].unique())
    for empty in set(ledger["shard"]) - set(shards):
        lake.drop_shard(empty)
    data = pa.Table.from_pandas(ledger, TABLES["source_catalog"], preserve_index=False)
    made = provenance(
        context, lake, fingerprint=digest(data.to_pylist()), recipe=digest(1), upstream={}
    )
    skipped = lake.stands("source_catalog", made.fingerprint)
    path = lake.path("source_catalog") if skipped else lake.write("source_catalog", data, made)
    partitions.register(context.instance, shards)
    return dg.MaterializeResult(
        metadata={
            **table_metadata("source_catalog", len(ledger), str(path)),
            "works": int((ledger["status"] == PRESENT).sum()),
            "new": len(ledger) - len(before),
            "gone": int((ledger["status"] == GONE).sum()),
            "shards": len(shards),
            "disk_need": describe(need),
            "skipped": skipped,
        },
        data_version=dg.DataVersion(made.fingerprint),
    )


def _listings(
    collection: Collection, opened: dict[str, Source], ledger: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The listing of each source, by its uri: all that its selection can ask for."""
    held = frozenset(ledger.loc[ledger["status"] == PRESENT, "source_key"])
    return {
        item.uri: opened[item.uri].listing(item.selection.limit, held)
        for item in collection.sources
    }


def _refuse_other_works(
    recorded: Collection, listings: dict[str, pd.DataFrame], ledger: pd.DataFrame
) -> None:
    """ArtLensError when a source on record lists works, and none of those that it had."""
    present = ledger[ledger["status"] == PRESENT]
    for item in recorded.sources:
        known = present.loc[present["source"] == item.name, "source_key"]
        listed = listings.get(item.uri)
        if listed is not None and len(known) and not known.isin(listed["source_key"]).any():
            raise ArtLensError(
                f"{item.uri} holds none of its {len(known)} works any more, but others; if that is "
                "meant, name it with --replace (mode replace)"
            )


def _need(collection: Collection, opened: dict[str, Source], ledger: pd.DataFrame) -> DiskNeed:
    """What fetching all present works will write."""
    present = ledger[ledger["status"] == PRESENT]
    need: DiskNeed = {}
    for item in collection.sources:
        own = present[present["source"] == item.name]
        works = dict(zip(own["source_key"], own["stamp"], strict=True))
        for folder, size in opened[item.uri].need(works).items():
            need[folder] = need.get(folder, 0) + size
    return need


def _named(
    collection: Collection,
    recorded: Collection,
    listings: dict[str, pd.DataFrame],
    ledger: pd.DataFrame,
) -> Collection:
    """A source that is new gets a name of its own, or that under which its works are known."""
    old = {item.uri: item.name for item in recorded.sources}
    for item in collection.sources:
        if item.uri in old:
            collection = collection.named(item.uri, old[item.uri], set())
        else:
            others = {other.name for other in collection.sources if other.uri in old}
            name = known_source(ledger, listings[item.uri])
            free = None if name in others else name
            collection = collection.named(item.uri, free, others | set(ledger["source"]))
    return collection


def _selected(
    collection: Collection, listings: dict[str, pd.DataFrame], ledger: pd.DataFrame
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """By the source's name: its full listing, and the rows that its selection takes."""
    present = ledger[ledger["status"] == PRESENT]
    found = {}
    for item in collection.sources:
        full = listings[item.uri]
        held = frozenset(present.loc[present["source"] == item.name, "source_key"])
        found[item.name] = (full, item.selection.apply(full, held))
    return found


def _ledger(lake: Lake) -> pd.DataFrame:
    path = lake.path("source_catalog")
    if not path.exists():
        return empty_ledger()
    if lake.provenance("source_catalog") is None:
        raise ArtLensError(
            f"{path} is damaged; restore it from a copy, or remove it to number the shards anew"
        )
    return lake.read("source_catalog").to_pandas().astype({"year": "Int32"})


def _mode(mode: str) -> Mode:
    known: dict[str, Mode] = {"same": "same", "add": "add", "replace": "replace"}
    if mode in known:
        return known[mode]
    raise ArtLensError(f"mode is {mode!r}; give same, add or replace")
