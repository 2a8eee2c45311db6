"""The interface of a source, and the columns of its listing. No Dagster, no decoding."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import pandas as pd

LABELS = ("artist", "style", "genre", "title")
LISTING_COLUMNS = ("source_key", "stamp", *LABELS, "year", "extra")
"""One row a work. `source_key`: the source's own name of it, unique and lasting; `stamp`: changes
whenever the bytes may have changed; labels or null; `year`: nullable integer; `extra`: JSON of what
else the source says."""


class Source(Protocol):
    """Where paintings come from."""

    @property
    def uri(self) -> str:
        """The one name of the source, by which a home knows it again."""
        ...

    def listing(self) -> pd.DataFrame:
        """Every work of the source in its own order, with the columns `LISTING_COLUMNS`."""
        ...

    def fetch(self, keys: Iterable[str]) -> Mapping[str, Path]:
        """Local files that hold the bytes of these works; a file that is absent is listed too."""
        ...
