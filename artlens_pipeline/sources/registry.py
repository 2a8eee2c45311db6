"""Which source a name means. Opening one costs next to nothing; listing it reads the source."""

import glob
from pathlib import Path

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import Source
from artlens_pipeline.sources.folder import SUFFIXES, FolderSource
from artlens_pipeline.sources.manifest import manifest_of
from artlens_pipeline.sources.parquet import ParquetSource
from artlens_pipeline.sources.parquet_folder import SUFFIX, ParquetFolder
from artlens_pipeline.sources.walking import files_under

HUB = "hf://"


def open_source(uri: str, originals: Path, revision: str = "") -> Source:
    """The source that `uri` names; ArtLensError when there is none, with what to do.

    `originals`: where the images of a source that holds no image files are laid down. `revision`:
    the state on record to read; "" the newest.
    """
    if uri.startswith(HUB):
        from artlens_pipeline.sources.hub_dataset import HubDataset

        return ParquetSource(HubDataset.open(uri, revision), originals)
    if "://" in uri:
        scheme = uri.split("://", 1)[0]
        raise ArtLensError(
            f"no source for {scheme}://; give a folder of images, Parquet files, or a data set of "
            "the Hub: hf://datasets/OWNER/NAME"
        )
    path = _expanded(uri)
    if _is_parquet(path):
        return ParquetSource(ParquetFolder.open(path), originals)
    return FolderSource.open(path)


def _expanded(path: str) -> str:
    try:
        return str(Path(path).expanduser())
    except RuntimeError as error:
        raise ArtLensError(f"{path} is in no known user's folder; give its whole path") from error


def _is_parquet(path: str) -> bool:
    """A Parquet file or a glob, or a folder with such files and neither images nor a manifest."""
    root = Path(path)
    if not root.is_dir():
        return root.suffix.lower() == SUFFIX or (glob.has_magic(path) and not root.exists())
    if manifest_of(root):
        return False
    # Images first: a folder of them need not be walked to its end.
    if next(files_under(root, SUFFIXES), None) is not None:
        return False
    return next(files_under(root, {SUFFIX}), None) is not None
