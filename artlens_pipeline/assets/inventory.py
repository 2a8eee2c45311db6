"""What a collection's sources hold now, against what the ledger knows. Nothing is written."""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.space import DiskNeed
from artlens_pipeline.sources.base import REMARKS, Source
from artlens_pipeline.sources.ledger import PRESENT, empty_ledger, known_source, update_ledger
from artlens_pipeline.tables import TABLES

Opened = dict[str, Source]
Listings = dict[str, pd.DataFrame]
"""Both by the source's uri."""


@dataclass(frozen=True)
class Inventory:
    """The collection with its sources named and at a revision, the ledger, what fetching takes.

    `remarks`: what a person should know of the sources, a line each.
    """

    collection: Collection
    ledger: pd.DataFrame
    need: DiskNeed
    remarks: list[str]


def read_ledger(lake: Lake) -> pd.DataFrame:
    """The ledger of a home, empty where there is none; ArtLensError where it is damaged."""
    path = lake.path("source_catalog")
    if not lake.has("source_catalog"):
        return empty_ledger()
    if lake.provenance("source_catalog") is None:
        raise ArtLensError(
            f"{path} is damaged; restore it from a copy, or remove it to number the shards anew"
        )
    return lake.read("source_catalog").to_pandas().astype({"year": "Int32"})


def as_table(ledger: pd.DataFrame) -> pa.Table:
    """A ledger under the columns in which the lake has it."""
    return pa.Table.from_pandas(ledger, TABLES["source_catalog"], preserve_index=False)


def take_inventory(
    source: SourceResource, admitted: Collection, before: pd.DataFrame, shard_size: int
) -> Inventory:
    """List the sources of the `admitted` collection and bring the ledger `before` up to date.

    Raises ArtLensError where a source cannot be listed, or has become another one.
    """
    opened = {item.uri: source.open(item.uri) for item in admitted.sources}
    listings = _listings(admitted, opened, before)
    recorded = source.recorded()
    _refuse_other_works(recorded, listings, before)
    collection = _named(admitted, recorded, listings, before)
    ledger = update_ledger(before, _selected(collection, listings, before), shard_size)
    revisions = {uri: item.revision for uri, item in opened.items()}
    need = _need(collection, opened, ledger)
    remarks = [line for found in listings.values() for line in found.attrs.get(REMARKS, ())]
    return Inventory(collection.at(revisions), ledger, need, remarks)


def _listings(collection: Collection, opened: Opened, ledger: pd.DataFrame) -> Listings:
    """The listing of each source, by its uri: all that its selection can ask for."""
    held = frozenset(ledger.loc[ledger["status"] == PRESENT, "source_key"])
    return {
        item.uri: opened[item.uri].listing(item.selection.limit, held)
        for item in collection.sources
    }


def _refuse_other_works(recorded: Collection, listings: Listings, ledger: pd.DataFrame) -> None:
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


def _need(collection: Collection, opened: Opened, ledger: pd.DataFrame) -> DiskNeed:
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
    listings: Listings,
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
    collection: Collection, listings: Listings, ledger: pd.DataFrame
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """By the source's name: its full listing, and the rows that its selection takes."""
    present = ledger[ledger["status"] == PRESENT]
    found = {}
    for item in collection.sources:
        full = listings[item.uri]
        held = frozenset(present.loc[present["source"] == item.name, "source_key"])
        found[item.name] = (full, item.selection.apply(full, held))
    return found
