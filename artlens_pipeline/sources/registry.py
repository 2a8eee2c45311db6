"""Which source a name means. Opening one costs nothing; listing it reads the source."""

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import Source
from artlens_pipeline.sources.folder import FolderSource


def open_source(uri: str) -> Source:
    """The source that `uri` names; ArtLensError when there is none, with what to do."""
    if "://" in uri:
        scheme = uri.split("://", 1)[0]
        raise ArtLensError(f"no source for {scheme}:// yet; give a folder of images")
    return FolderSource.open(uri)
