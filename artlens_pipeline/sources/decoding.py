"""From a file of any kind to an upright 8-bit sRGB picture, or to the reason why not; thumbnails.

Belongs here: reading bytes, opening, rotating, saving. The way from any pixel format to sRGB is in
`colour`; where files come from, and what a row looks like, are elsewhere.
"""

import hashlib
import io
import os
import re
import secrets
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile, ImageOps

from artlens_pipeline.sources.colour import to_srgb

MAX_PIXELS = 89_478_485
"""Largest width times height that is decoded (268 MB as RGB): where Pillow begins to warn."""
MAX_EDGE = 2**20
"""Longest edge: of rows of single pixels, each step takes twenty times as long."""
MAX_SCANS = 100
"""Most scans of a JPEG (libtiff's limit too): each of a few bytes goes over the whole picture."""
MAX_BYTES = 512 * 1024 * 1024
"""Largest file that is read."""
HASH_DIGITS = 32
"""A content hash is this many leading hex digits of the bytes' SHA-256 (128 bits)."""

# Pillow hands PostScript to Ghostscript: a file of the collection must not start a program.
_REFUSED_FORMATS = {"EPS"}
_SCAN = re.compile(rb"\xff\xda\0[\x08\x0a\x0c\x0e]", re.DOTALL)  # of one to four components
_LONGEST_REASON = 200


class Undecodable(Exception):  # noqa: N818 (a finding about a file, not a fault of the program)
    """A file that is no picture; `reason` says why in one line of printable text."""

    def __init__(self, reason: str) -> None:
        line = "".join(c if c.isprintable() else " " for c in reason)
        self.reason = " ".join(line.split())[:_LONGEST_REASON]
        super().__init__(self.reason)


@dataclass(frozen=True)
class Decoded:
    """A picture (mode RGB, sRGB, upright; in full size unless asked otherwise) and its file."""

    image: Image.Image
    format: str
    content_hash: str
    n_bytes: int


def decode(path: Path, short_edge: int = 0) -> Decoded:
    """Read the file once, hash and decode those bytes; the kind is found in them, not in the name.

    The first frame is taken, EXIF (or XMP) rotation applied, transparency laid over white. Raises
    Undecodable for everything else, also for what is no regular file, larger than `MAX_BYTES` or
    `MAX_PIXELS`, or truncated.

    With a `short_edge`, a JPEG is decoded to 1/2, 1/4 or 1/8 of its size as long as its shorter
    edge keeps so many pixels, which takes half the time or less.
    """
    return decode_bytes(_read(path), short_edge)


def decode_bytes(data: bytes, short_edge: int = 0) -> Decoded:
    """`decode` for bytes that are in memory already."""
    if not data:
        raise Undecodable("no bytes at all")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image, kind = _open(data, short_edge)
    except Undecodable:
        raise
    except Image.UnidentifiedImageError:
        # Pillow's own text names the memory address of the buffer.
        raise Undecodable("not an image of a known format") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Undecodable(f"more than {MAX_PIXELS:,} pixels") from None
    except Exception as error:  # plug-ins raise whatever a hostile header leads them to
        raise Undecodable(f"{type(error).__name__}: {error}") from error
    content_hash = hashlib.sha256(data).hexdigest()[:HASH_DIGITS]
    return Decoded(image, kind, content_hash, len(data))


def save_thumbnail(image: Image.Image, path: Path, longest: int = 512) -> None:
    """Write `image` (RGB) as a JPEG of at most `longest` pixels an edge, never enlarged.

    The file appears whole or not at all. Missing folders are made. Raises OSError.
    """
    scale = min(1.0, longest / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image if scale == 1 else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        small.save(temporary, format="JPEG", quality=85)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Undecodable("not a regular file")
            data = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else None
    except (OSError, ValueError, MemoryError) as error:  # ValueError: a NUL in the name
        raise Undecodable(getattr(error, "strerror", None) or str(error)) from error
    if data is None or len(data) > MAX_BYTES:
        raise Undecodable(f"larger than {MAX_BYTES // 2**20} MiB")
    return data


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # else opening a FIFO waits for a writer


def _open(data: bytes, short_edge: int) -> tuple[Image.Image, str]:
    Image.init()
    formats = [name for name in Image.OPEN if name not in _REFUSED_FORMATS]
    with Image.open(io.BytesIO(data), formats=formats) as opened:
        _refuse_excess(opened, data)
        if short_edge:
            opened.draft(None, (short_edge, short_edge))
        _load(opened)
        kind = opened.format or "unknown"
        image = to_srgb(_upright(opened))
    image.info.clear()  # the profile is applied, the rotation done; the rest (GPS, text) is private
    return image, kind


def _refuse_excess(image: ImageFile.ImageFile, data: bytes) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Undecodable(f"more than {MAX_PIXELS:,} pixels")
    if max(image.size) > MAX_EDGE:
        raise Undecodable(f"an edge of more than {MAX_EDGE:,} pixels")
    if image.format in {"JPEG", "MPO"} and sum(1 for _ in _SCAN.finditer(data)) > MAX_SCANS:
        raise Undecodable(f"more than {MAX_SCANS} scans")


def _load(image: ImageFile.ImageFile) -> None:
    try:
        image.load()
    except OSError:
        # A PNG with no tile left was decoded to the end of its data; what failed is a checksum or
        # a chunk after the pixels. Truncated pixel data leaves its tile, in any format.
        if image.format != "PNG" or image.tile:
            raise


def _upright(image: Image.Image) -> Image.Image:
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:  # damaged metadata must not cost a sound picture
        return image
    return image
