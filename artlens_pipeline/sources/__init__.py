"""Where paintings come from."""

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LISTING_COLUMNS, Source
from artlens_pipeline.sources.folder import FolderSource

__all__ = ["LISTING_COLUMNS", "Source", "open_source"]


def open_source(uri: str) -> Source:
    """The source that `uri` names; ArtLensError when there is none, with what to do."""
    if "://" in uri:
        scheme = uri.split("://", 1)[0]
        raise ArtLensError(f"no source for {scheme}:// yet; give a folder of images")
    return FolderSource.open(uri)
