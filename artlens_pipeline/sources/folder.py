"""A folder of images, recursive, as a source. Labels come from `manifest` and `labels`."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LISTING_COLUMNS
from artlens_pipeline.sources.labels import labels_from_layout
from artlens_pipeline.sources.manifest import read_manifest

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg"}
    | {".jxl", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp"}
)


@dataclass(frozen=True)
class FolderSource:
    """Images under `root`; the `source_key` of a work is its POSIX path inside the folder."""

    root: Path

    @classmethod
    def open(cls, path: str) -> "FolderSource":
        """The source at `path`; ArtLensError when there is no such folder."""
        root = Path(path).expanduser().resolve()
        if not root.exists():
            raise ArtLensError(f"there is no folder {root}; give the folder that holds your images")
        if not root.is_dir():
            raise ArtLensError(f"{root} is a file; give the folder that holds your images")
        return cls(root)

    @property
    def uri(self) -> str:
        """The folder's absolute path, links resolved."""
        return str(self.root)

    def listing(self) -> pd.DataFrame:
        """One row a work (`LISTING_COLUMNS`): the manifest's in their order, then other files."""
        manifest = read_manifest(self.root)
        stamps = dict(_images(self.root))
        keys = [*manifest, *sorted(stamps.keys() - manifest.keys())]
        if not keys:
            raise ArtLensError(
                f"{self.root} holds no images ({' '.join(sorted(SUFFIXES))}); "
                "give a folder that does"
            )
        rows = [
            {
                "source_key": key,
                "stamp": stamps.get(key) or _stamp(self.root / key),
                **(manifest[key] if key in manifest else labels_from_layout(key)),
            }
            for key in keys
        ]
        return pd.DataFrame(rows, columns=list(LISTING_COLUMNS)).astype({"year": "Int32"})

    def fetch(self, keys: Iterable[str]) -> Mapping[str, Path]:
        """The works' files, in place."""
        return {key: self._path(key) for key in keys}

    def _path(self, key: str) -> Path:
        path = self.root / key
        if r"\x" in key and not path.exists():
            data = re.sub(rb"\\x([89a-f][0-9a-f])", _byte, key.encode())
            return self.root / os.fsdecode(data)
        return path


def _images(root: Path) -> Iterator[tuple[str, str]]:
    """Key and stamp of every file with an image's suffix.

    Hidden files and folders are left out; linked folders are not followed, they may form a ring.
    """
    for folder, folders, names in os.walk(root, onerror=_refuse):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n != "lost+found")
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield printable(path.relative_to(root)), _stamp(path)


def printable(path: Path) -> str:
    """A path as text that every table can hold: a byte that is not UTF-8 reads as `\\xe9`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _byte(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _refuse(error: OSError) -> None:
    """A folder that cannot be read is not an empty one: its works would count as gone."""
    raise ArtLensError(
        f"{error.filename} cannot be read ({error.strerror}); grant access, or move it out"
    ) from error


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "absent"
    return f"{status.st_size}-{status.st_mtime_ns}"
