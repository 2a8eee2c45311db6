"""The interface of a source, and the columns of its listing. No Dagster, no decoding."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

import pandas as pd

LABELS = ("artist", "style", "genre", "title")
LISTING_COLUMNS = ("source_key", "stamp", *LABELS, "year", "extra")
"""One row a work. `source_key`: the source's own name of it, unique and lasting; `stamp`: changes
whenever the bytes may have changed, and begins with the size of the file that holds them; labels
or null; `year`: nullable integer; `extra`: JSON of what else the source says."""
REMARKS = "remarks"
"""Of a listing's `attrs`: lines on what a person should know of it, such as rows passed over."""


class Source(Protocol):
    """Where paintings come from."""

    @property
    def uri(self) -> str:
        """The one name of the source, by which a home knows it again."""
        ...

    @property
    def revision(self) -> str:
        """The state of the source that is read; "" where there is none but the present one."""
        ...

    def listing(
        self, limit: int | None = None, held: Collection[str] = frozenset()
    ) -> pd.DataFrame:
        """The works of the source in its own order, with the columns `LISTING_COLUMNS`.

        A source that is slow to list may stop after the first `limit` works and all those `held`
        (by key) that it still has.
        """
        ...

    def fetch(self, works: Mapping[str, str]) -> Mapping[str, Path]:
        """Local files that hold the bytes of these works (stamp by key), by key.

        A file that is absent is listed too.
        """
        ...

    def need(self, works: Mapping[str, str]) -> Mapping[Path, int]:
        """About how many bytes `fetch` of all these works will write, by folder."""
        ...
