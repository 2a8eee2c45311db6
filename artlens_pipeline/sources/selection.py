"""Which works of a listing are taken: all, the first few, or a sample that only grows."""

import hashlib
from dataclasses import dataclass

import pandas as pd

from artlens_pipeline.errors import ArtLensError


@dataclass(frozen=True)
class Selection:
    """The first `limit` works, or a random `sample` of works by `seed`; neither: all."""

    limit: int | None = None
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.limit is not None and self.sample is not None:
            raise ArtLensError("--limit and --sample exclude each other; give one of them")
        for name, value in (("--limit", self.limit), ("--sample", self.sample)):
            if value is not None and value < 1:
                raise ArtLensError(f"{name} {value} takes no work; give 1 or more")

    def apply(self, listing: pd.DataFrame) -> pd.DataFrame:
        """The selected rows, in the listing's order. A larger sample holds the smaller one."""
        if self.limit is not None:
            return listing.head(self.limit)
        if self.sample is not None:
            rank = listing["source_key"].map(self._lot)
            return listing.loc[rank.nsmallest(self.sample).index.sort_values()]
        return listing

    def _lot(self, key: str) -> int:
        text = f"{self.seed}\0{key}".encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest())
