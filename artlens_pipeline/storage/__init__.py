"""Whole files at a path, in a folder or in a bucket of S3: read, written, listed, removed.

Belongs here: what differs between the two. Does not belong here: which file lies where
(`resources.lake`) and what is in it.
"""

from upath import UPath

from artlens_pipeline.storage.base import Entry, Storage
from artlens_pipeline.storage.folder import FolderStorage

__all__ = ["Entry", "Storage", "is_remote", "storage_of"]


def is_remote(path: UPath | str) -> bool:
    """Whether a path is one of S3; all others are this machine's."""
    return str(path).startswith("s3://")


def storage_of(path: UPath | str) -> Storage:
    """What reads and writes at a path."""
    if not is_remote(path):
        return FolderStorage()
    from artlens_pipeline.storage.s3 import S3Storage

    return S3Storage()
