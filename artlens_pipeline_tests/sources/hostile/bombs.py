"""Files that declare much more than they hold, or unfold to it: none may take seconds or gigabytes."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from artlens_pipeline_tests.sources.hostile.case import (
    FORMATS,
    Case,
    encoded,
    painting,
    written,
)

HUGE = 30_000
LARGE = 9_400
"""Pixels an edge of the largest square that is still decoded."""


def bombs() -> Iterator[Case]:
    yield from declared()
    yield from in_chunks()
    yield from tiff_tables()
    yield from many_parts()


def declared() -> Iterator[Case]:
    """A small picture whose header claims 30,000 x 30,000 pixels, in every format."""
    for form in FORMATS:
        data = _claim(written(form, painting(48, 48)), form.kind)
        if data is not None:
            yield Case(f"claims.{form.suffix}", data, refused=".")


def _claim(data: bytes, kind: str) -> bytes | None:
    little, big = struct.pack("<H", HUGE), struct.pack(">H", HUGE)
    long_little, long_big = struct.pack("<I", HUGE), struct.pack(">I", HUGE)
    if kind == "PNG":
        return _png((b"IHDR", long_big * 2 + data[24:29]), *_chunks(data)[1:])
    if kind == "JPEG":
        place = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2")) + 5
        return data[:place] + big * 2 + data[place + 4 :]
    if kind == "GIF":
        place = data.index(b",\0\0\0\0", 13) + 5
        return data[:6] + little * 2 + data[10:place] + little * 2 + data[place + 4 :]
    if kind == "BMP":
        return data[:18] + long_little * 2 + data[26:]
    if kind == "PPM":
        return data.replace(b"48 48", b"30000 30000", 1)
    if kind == "TGA":
        return data[:12] + little * 2 + data[16:]
    if kind == "TIFF":
        return tiff_with(data, {256: HUGE, 257: HUGE})
    if kind == "JPEG2000":
        place = data.index(b"\xff\x51") + 6
        return data[:place] + long_big * 2 + data[place + 8 :]
    if kind == "AVIF":
        place = data.index(b"ispe") + 8
        return data[:place] + long_big * 2 + data[place + 8 :]
    if data[12:16] == b"VP8 ":
        size = struct.pack("<H", 16_383)
        return data[:26] + size * 2 + data[30:]
    bits = 16_382 | 16_382 << 14
    return data[:21] + struct.pack("<I", bits) + data[25:]


def in_chunks() -> Iterator[Case]:
    """A sound PNG with a chunk that unfolds to a gigabyte."""
    header, *rest = _chunks(encoded(painting(), "PNG"))
    bomb = zlib_bomb(2**30)
    shows = np.asarray(painting())
    yield Case("iccp.png", _png(header, (b"iCCP", b"a\0\0" + bomb), *rest))
    yield Case("ztxt.png", _png(header, (b"zTXt", b"a\0\0" + bomb), *rest))
    yield Case("itxt.png", _png(header, (b"iTXt", b"a\0\1\0\0\0" + bomb), *rest))
    texts = [(b"tEXt", b"k%d\0" % n + b"v" * 1000) for n in range(20_000)]
    yield Case("texts.png", _png(header, *texts, *rest), shows)
    yield Case("idat.png", _png(header, (b"IDAT", bomb), (b"IEND", b"")))
    large = struct.pack(">IIBBBBB", LARGE, LARGE, 8, 6, 0, 0, 0)
    rows = zlib_bomb((4 * LARGE + 1) * LARGE)
    yield Case("large-rgba.png", _png((b"IHDR", large), (b"IDAT", rows), (b"IEND", b"")))
    deep = struct.pack(">IIBBBBB", LARGE, LARGE, 16, 0, 0, 0, 0)
    rows = zlib_bomb((2 * LARGE + 1) * LARGE)
    yield Case("large-deep.png", _png((b"IHDR", deep), (b"IDAT", rows), (b"IEND", b"")))
    interlaced = struct.pack(">IIBBBBB", LARGE, LARGE, 16, 6, 0, 0, 1)
    rows = zlib_bomb((8 * LARGE + 2) * LARGE)
    yield Case("large-laced.png", _png((b"IHDR", interlaced), (b"IDAT", rows), (b"IEND", b"")))


def tiff_tables() -> Iterator[Case]:
    """TIFFs whose tables lie: a ring of directories, counts and sizes beyond any file."""
    data = encoded(painting(), "TIFF")
    (first,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[first : first + 2])
    end = first + 2 + 12 * count
    yield Case(
        "ring.tif", data[:end] + struct.pack("<I", first) + data[end + 4 :], np.asarray(painting())
    )
    huge = struct.pack("<HHII", 270, 2, 2**32 - 1, 8)
    yield Case("count.tif", tiff(huge))
    yield Case("double.tif", tiff(struct.pack("<HHII", 258, 12, 2**29, 8)))
    yield Case("tags.tif", b"II*\0\x08\0\0\0\xff\xff" + b"\xfe\0\4\0\1\0\0\0\0\0\0\0" * 65_535)
    yield Case("strips.tif", tiff_with(data, {278: 1, 257: 80_000_000, 256: 1}))
    yield Case("samples.tif", tiff_with(data, {277: 65_535}))
    exif = Image.Exif()
    exif[0x0112] = 6
    loop = bytearray(exif.tobytes())
    yield Case("exif-ring.jpg", encoded(painting(), "JPEG", exif=bytes(loop[:-4]) + b"\x08\0\0\0"))


def many_parts() -> Iterator[Case]:
    """Numbers of frames, tiles and scans without end."""
    red = Image.new("P", (1, 1))
    red.putpalette([255, 0, 0])
    data = encoded(red, "GIF")
    frame = data[data.index(b",\0\0\0\0", 13) : -1]
    yield Case(
        "frames.gif", data[:-1] + frame * 1_000_000 + b";", np.array([[[255, 0, 0]]], np.uint8)
    )
    j2k = encoded(painting(), "JPEG2000", no_jp2=True)
    place = j2k.index(b"\xff\x51") + 6
    tiny = j2k[: place + 16] + struct.pack(">II", 1, 1) + j2k[place + 24 :]
    yield Case("tiles.j2k", tiny)
    wide = struct.pack(">IIIIII", LARGE, LARGE, 0, 0, 1, 1)
    yield Case("more-tiles.j2k", j2k[:place] + wide + j2k[place + 24 :])
    untiled = struct.pack(">IIIIII", LARGE, LARGE, 0, 0, LARGE, LARGE)
    yield Case("large.j2k", j2k[:place] + untiled + j2k[place + 24 :])
    yield Case("scans.jpg", _scans(LARGE, 2_000))
    yield Case("large-cmyk.jpg", _blank(LARGE, "CMYK"))
    yield Case("large.webp", encoded(Image.new("RGBA", (LARGE, LARGE), (9, 9, 9, 9)), "WEBP", lossless=True, method=0, quality=0))
    for mode in ("F", "I;16"):
        yield Case(f"large-{mode[0]}.tif", encoded(Image.new(mode, (LARGE, LARGE)), "TIFF", compression="tiff_adobe_deflate"))


def _blank(edge: int, mode: str) -> bytes:
    return encoded(Image.new(mode, (edge, edge)), "JPEG", progressive=True)


def _scans(edge: int, count: int) -> bytes:
    """A progressive JPEG whose last scan, of nearly no bytes, is repeated."""
    data = _blank(edge, "L")
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def zlib_bomb(size: int) -> bytes:
    """`size` zero bytes, deflated a thousandfold."""
    deflate = zlib.compressobj(9)
    block, out = bytes(2**20), []
    for _ in range(size // 2**20):
        out.append(deflate.compress(block))
    return b"".join([*out, deflate.compress(bytes(size % 2**20)), deflate.flush()])


def tiff(*entries: bytes) -> bytes:
    """A TIFF of these directory entries alone."""
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)


def tiff_with(data: bytes, values: dict[int, int]) -> bytes:
    """A little-endian TIFF with other values of some tags."""
    out = bytearray(data)
    (place,) = struct.unpack("<I", data[4:8])
    for entry in range(struct.unpack("<H", data[place : place + 2])[0]):
        at = place + 2 + 12 * entry
        tag = struct.unpack("<H", data[at : at + 2])[0]
        if tag in values:
            out[at + 2 : at + 12] = struct.pack("<HII", 4, 1, values[tag])
    return bytes(out)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in chunks:
        check = struct.pack(">I", zlib.crc32(kind + body))
        parts += [struct.pack(">I", len(body)), kind, body, check]
    return b"".join(parts)
