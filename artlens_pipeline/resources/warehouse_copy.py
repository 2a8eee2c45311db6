"""The copy of the warehouse beside a lake that is not in the home, for those who have only that.

A person fetches it as one file and opens it by DuckDB; nothing of ours reads it.
"""

from upath import UPath

from artlens_pipeline.home import Home
from artlens_pipeline.storage import is_remote

_MARK = "artlens-fingerprint"


def send(home: Home, fingerprint: str) -> UPath | None:
    """Put the home's warehouse beside the lake, unless that of this fingerprint is there.

    Null where the lake is in the home, which has the warehouse itself.
    """
    target = home.results / home.warehouse.name
    if not is_remote(target):
        return None
    from artlens_pipeline.storage.s3 import metadata, put

    if metadata(target).get(_MARK) != fingerprint:
        with home.warehouse.open("rb") as source:
            put(target, source, {_MARK: fingerprint})
    return target
