"""What a home lacks beside its sources: the stage that is due, and for which shards.

Belongs here: looking; nothing is changed. Does not belong here: what is then done (`sensors`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from artlens_pipeline.assets.inventory import as_table, read_ledger, take_inventory
from artlens_pipeline.collection import Collection
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.standing import Works, present_works, shard_states
from artlens_pipeline.settings import current_settings
from artlens_pipeline.tables import DESCRIBED

STAGES = {
    "ingest": ("raw_samples", "image_quality"),
    "embed": ("clip_embeddings",),
    "describe": DESCRIBED,
}
"""The jobs over shards, in order, with the tables that they make."""


@dataclass(frozen=True)
class Due:
    """A job that is due; `shards` of it, in order, where it is one over shards.

    `state` tells apart what makes it due, so that what did not help is not tried again and again.
    """

    job: str
    shards: tuple[str, ...]
    state: str


def due(lake: Lake, source: SourceResource, registered: list[str]) -> Iterator[Due]:
    """What is due of a collection, the first first; `registered`: the shards that Dagster knows.

    What the ledger has goes through before a source is looked at again: else works that arrive all
    the time would be catalogued, and none ever read. Raises ArtLensError where a source cannot be
    listed.
    """
    collection = source.recorded()
    if not collection.sources:
        return
    before = read_ledger(lake)
    works = present_works(lake) if len(before) else {}
    if set(works) != set(registered):
        yield Due("catalog", (), digest(sorted(works), registered))
        return
    yield from _due_shards(lake, works)
    if news := _news(collection, source, before):
        yield Due("catalog", (), digest(news))


def _due_shards(lake: Lake, works: Works) -> Iterator[Due]:
    """Each stage that shards lack, of those that have what it is made of.

    Where a stage has not helped (a work without a vector leaves its shard unfinished), the next one
    goes on with what there is.
    """
    inputs = {shard: digest(works[shard]) for shard in works}
    for job, tables in STAGES.items():
        lack = [shard for shard in lacking(lake, job, works) if shard in inputs]
        if lack:
            yield Due(job, tuple(lack), digest(job, lack, [inputs[shard] for shard in lack]))
        held = [lake.provenances(table) for table in tables]
        made = {shard: [item.get(shard) for item in held] for shard in inputs}
        inputs = {
            shard: digest([item.fingerprint for item in items if item], lake.encoder, lake.revision)
            for shard, items in made.items()
            if all(items)
        }


def lacking(lake: Lake, job: str, works: Works) -> list[str]:
    """The shards of `works`, in order, that a stage has not made, or of something else by now."""
    states = [shard_states(lake, table, works) for table in STAGES[job]]
    return [shard for shard in sorted(works) if {own[shard] for own in states} != {"present"}]


def _news(collection: Collection, source: SourceResource, before: pd.DataFrame) -> str:
    """Tells apart states of the sources that are not those on record; "" for these.

    A source that names its state by a revision, such as a data set of the Hub, is not listed.
    """
    opened = {item.uri: source.open(item.uri) for item in collection.sources}
    revisions = {uri: item.revision for uri, item in opened.items()}
    if all(revisions.values()):
        known = {item.uri: item.revision for item in collection.sources}
        return "" if revisions == known else digest(revisions)
    size = current_settings()["source"]["shard_size"]
    ledger = as_table(take_inventory(source, collection, before, size).ledger)
    if ledger.equals(as_table(before)):
        return ""
    return str(pd.util.hash_pandas_object(ledger.to_pandas().astype(str), index=False).sum())
