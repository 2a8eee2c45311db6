"""Images that came inside other files, written out as files of their own, one folder a container.

FiftyOne shows files, and a worker decodes a file; so bytes from Parquet are laid down once.
"""

import os
import re
from collections.abc import Iterable, Set
from contextlib import suppress
from pathlib import Path

from PIL import Image

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.leftovers import half_written

UNKNOWN = ".bin"
_EXTENSIONS = {"JPEG": ".jpg", "JPEG2000": ".jp2", "TIFF": ".tif", "PPM": ".pnm"}
_PREFIX = 16


class Originals:
    """The images of one container (a Parquet file in one state), by row, in a folder of theirs."""

    def __init__(self, root: Path, uri: str, name: str, stamp: str) -> None:
        """`name` and `stamp` are the container's in the source `uri`; each state has a folder."""
        plain = re.sub(r"[^A-Za-z0-9-]+", "_", Path(name).stem).strip("_")[-60:]
        self.folder = root / f"{plain}-{digest(uri, name, stamp)[:12]}"

    def written(self, rows: Set[int]) -> dict[int, Path]:
        """Those of the images that are there, by row."""
        # Of tens of thousands of names a few are wanted: no Path is made of the others.
        names = os.listdir(self.folder) if self.folder.is_dir() else []  # noqa: PTH208
        stems = ((name.partition(".")[0], name) for name in names)
        return {
            int(stem): self.folder / name
            for stem, name in stems
            if stem.isdecimal() and int(stem) in rows
        }

    def write(self, images: Iterable[tuple[int, bytes]]) -> dict[int, Path]:
        """Lay down images, each whole or not at all, by row; ArtLensError where that fails."""
        temporary = half_written(self.folder / "image")
        written: dict[int, Path] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for row, data in images:
                temporary.write_bytes(data)
                written[row] = temporary.replace(self.folder / f"{row:07d}{extension(data)}")
        except OSError as error:
            raise ArtLensError(f"cannot write to {self.folder}: {error.strerror}") from error
        finally:
            with suppress(OSError):  # what keeps it from being written may keep it from going
                temporary.unlink(missing_ok=True)
        return written


def extension(data: bytes) -> str:
    """The extension of the format that Pillow finds in the first bytes; `.bin` for none."""
    Image.init()
    # Filled up: Pillow's plug-ins look beyond the end of what is shorter than any header.
    prefix = data[:_PREFIX].ljust(_PREFIX, b"\0")
    for kind in Image.ID:
        accept = Image.OPEN[kind][1]
        # A text is Pillow's way to say that it knows the format and cannot read it.
        if accept and data and accept(prefix):
            return _EXTENSIONS.get(kind, f".{kind.lower()}")
    return UNKNOWN
