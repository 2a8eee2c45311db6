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

    def apply(self, listing: pd.DataFrame, held: frozenset[str] = frozenset()) -> pd.DataFrame:
        """The selected rows, in the listing's order.

        Works that are `held` already (by key) are taken first, so a selection only grows.
        """
        wanted = self.limit if self.sample is None else self.sample
        if wanted is None:
            return listing
        keys = listing["source_key"]
        lots = keys.map(self._lot) if self.sample is not None else pd.Series(range(len(keys)))
        order = pd.DataFrame({"new": ~keys.isin(held).to_numpy(), "lot": lots.to_numpy()})
        taken = order.sort_values(["new", "lot"]).index[:wanted]
        return listing.iloc[sorted(taken)]

    def _lot(self, key: str) -> int:
        text = f"{self.seed}\0{key}".encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest())
