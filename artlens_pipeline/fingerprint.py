"""Fingerprints: short digests that say whether a result still stands. No files, no Dagster."""

import hashlib
import json
from typing import Any


def digest(*parts: Any) -> str:
    """16 hex digits of BLAKE2b over the canonical JSON of `parts`; the order of keys is no part."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()


def sample_id(source: str, key: str) -> str:
    """24 hex digits from the source's name in the collection and its own key of the work.

    Twelve bytes, so that it can be a MongoDB ObjectId: lake, index, warehouse and App then speak
    of the same thing. The first source is named "", so that a moved folder keeps its ids.
    """
    text = f"{source}\0{key}".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=12).hexdigest()
