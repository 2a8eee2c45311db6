"""Which label speaks for a work, and which for a group of works."""

import pandas as pd

FIELDS = ("style", "genre", "artist")
UNKNOWN = "unknown"
OTHER = "other"


def spoken_for(works: pd.DataFrame) -> pd.Series:
    """Style of each work, or genre or artist where the collection has no styles; never null."""
    there = (works[name] for name in FIELDS if name in works and works[name].notna().any())
    found = next(there, pd.Series(UNKNOWN, works.index, dtype=object))
    return found.astype(object).where(found.notna(), UNKNOWN)


def field_of(works: pd.DataFrame) -> str:
    """The name of the field that `spoken_for` takes."""
    there = (name for name in FIELDS if name in works and works[name].notna().any())
    return next(there, FIELDS[0])


def most_common(labels: pd.Series, most: int) -> list[str]:
    """The commonest labels, unknown ones last, however common."""
    counts = labels.value_counts()
    known = [name for name in counts.index if name != UNKNOWN]
    return [*known[:most], *([UNKNOWN] if UNKNOWN in counts.index else [])]


def mostly(labels: pd.Series) -> str:
    """What a group is mostly of: "Baroque 41 %"; "" of an empty one."""
    if labels.empty:
        return ""
    shares = labels.value_counts(normalize=True)
    return f"{str(shares.index[0])[:24]} {shares.iloc[0]:.0%}"
