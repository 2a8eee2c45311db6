"""The shard ledger: which work is in which shard, for good. Pure frames; the lake stores them."""

import pandas as pd

from artlens_pipeline.fingerprint import sample_id

PRESENT, GONE = "present", "gone"
LEDGER_COLUMNS = (
    *("sample_id", "source", "source_key", "shard", "status", "stamp"),
    *("artist", "style", "genre", "title", "year", "extra"),
)


def empty_ledger() -> pd.DataFrame:
    """A ledger without works."""
    return pd.DataFrame(columns=list(LEDGER_COLUMNS)).astype({"year": "Int32"})


def update_ledger(
    ledger: pd.DataFrame, listings: dict[str, tuple[pd.DataFrame, pd.DataFrame]], shard_size: int
) -> pd.DataFrame:
    """The ledger after a new look at the sources.

    `listings`: by the source's name, its full listing and the rows of it that are selected. A work
    keeps its shard for good. It is gone when no listing has it, and back when it is selected again;
    a smaller selection alone removes nothing. Selected works that are new fill the last shard, then
    make new ones, in the listing's order.
    """
    full = pd.concat([_identified(rows, name) for name, (rows, _) in listings.items()])
    selected = pd.concat([_identified(rows, name) for name, (_, rows) in listings.items()])
    kept = _refresh(ledger, full.set_index("sample_id"), set(selected["sample_id"]))
    new = selected[~selected["sample_id"].isin(kept["sample_id"])]
    new = new.assign(status=PRESENT, shard=_next_shards(kept, len(new), shard_size))
    frames = [frame[list(LEDGER_COLUMNS)] for frame in (kept, new) if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else empty_ledger()


def known_source(ledger: pd.DataFrame, listing: pd.DataFrame) -> str | None:
    """The name of the source whose works `listing` mostly holds: same keys, same sizes of files.

    So a moved folder is known again, and other works under the same names are not taken for it.
    """
    sizes = dict(zip(listing["source_key"], listing["stamp"].map(_size), strict=True))
    best, found = 0, None
    for name, rows in ledger.groupby("source", sort=False):
        old = zip(rows["source_key"], rows["stamp"].map(_size), strict=True)
        same = sum(sizes.get(key) == size for key, size in old)
        if same > best and 2 * same >= min(len(rows), len(listing)):
            best, found = same, str(name)
    return found


def shard_key(number: int) -> str:
    """The partition key of a shard: zero-padded, so that names sort as numbers do."""
    return f"shard-{number:05d}"


def _size(stamp: str) -> str:
    return stamp.split("-", maxsplit=1)[0]


def _identified(listing: pd.DataFrame, source: str) -> pd.DataFrame:
    ids = [sample_id(source, key) for key in listing["source_key"]]
    return listing.assign(source=source, sample_id=ids)


def _refresh(ledger: pd.DataFrame, full: pd.DataFrame, selected: set[str]) -> pd.DataFrame:
    """Old works with the stamp and labels that the source has now; gone ones keep their last."""
    listed = ledger["sample_id"].isin(full.index)
    taken = (ledger["status"] == PRESENT) | ledger["sample_id"].isin(selected)
    stays, gone = ledger[listed & taken], ledger[~(listed & taken)].assign(status=GONE)
    fresh = full.loc[stays["sample_id"]].reset_index().set_index(stays.index)
    fresh = fresh.assign(shard=stays["shard"], status=PRESENT)
    frames = [frame[list(LEDGER_COLUMNS)] for frame in (fresh, gone) if len(frame)]
    return pd.concat(frames).sort_index() if frames else empty_ledger()


def _next_shards(ledger: pd.DataFrame, count: int, shard_size: int) -> list[str]:
    """Shards of `count` new works; a gone work's place stays taken, for it may come back."""
    last = max((int(key.removeprefix("shard-")) for key in ledger["shard"].unique()), default=0)
    free = max(0, shard_size - int((ledger["shard"] == shard_key(last)).sum()))
    numbers = [last] * min(free, count)
    numbers += [last + 1 + place // shard_size for place in range(count - len(numbers))]
    return [shard_key(number) for number in numbers]
