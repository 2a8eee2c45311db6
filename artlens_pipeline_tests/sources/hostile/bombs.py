"""Files that declare much more than they hold, or unfold to it, and are to cost next to nothing."""

import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from artlens_pipeline_tests.sources.hostile.building import (
    png,
    png_chunks,
    tiff,
    tiff_with,
    zlib_bomb,
)
from artlens_pipeline_tests.sources.hostile.case import FORMATS, Case, encoded, painting, written

HUGE = 30_000
SHOWN = np.asarray(painting())


def bombs() -> Iterator[Case]:
    yield from declared()
    yield from in_chunks()
    yield from tiff_tables()
    yield from many_parts()


def declared() -> Iterator[Case]:
    """A small picture whose header claims 30,000 x 30,000 pixels, in every format."""
    for form in FORMATS:
        data = _claim(written(form, painting(48, 48)), form.kind)
        yield Case(f"claims.{form.suffix}", data, refused=".")


def _claim(data: bytes, kind: str) -> bytes:
    if kind == "TIFF":
        return tiff_with(data, {256: HUGE, 257: HUGE})
    if kind == "PPM":
        return data.replace(b"48 48", b"30000 30000", 1)
    if kind == "PNG":
        size = struct.pack(">II", HUGE, HUGE)
        return png((b"IHDR", size + data[24:29]), *png_chunks(data)[1:])
    for place, number in _places(data, kind):
        data = data[:place] + number + data[place + len(number) :]
    return data


def _places(data: bytes, kind: str) -> Iterator[tuple[int, bytes]]:
    """Where width and height stand in a file, and what is to stand there."""
    short, long = struct.pack("<HH", HUGE, HUGE), struct.pack(">II", HUGE, HUGE)
    if kind == "JPEG":
        yield data.index(b"\xff\xc0") + 5, struct.pack(">HH", HUGE, HUGE)
    elif kind == "GIF":
        yield 6, short
        yield data.index(b",\0\0\0\0", 13) + 5, short
    elif kind == "BMP":
        yield 18, struct.pack("<II", HUGE, HUGE)
    elif kind == "TGA":
        yield 12, short
    elif kind == "JPEG2000":
        yield data.index(b"\xff\x51") + 6, long
    elif kind == "AVIF":
        yield data.index(b"ispe") + 8, long
    elif data[12:16] == b"VP8 ":
        yield 26, struct.pack("<HH", 16_383, 16_383)
    else:
        yield 21, struct.pack("<I", 16_382 | 16_382 << 14)


def in_chunks() -> Iterator[Case]:
    """A sound PNG with a chunk that unfolds to half a gigabyte."""
    header, *rest = png_chunks(encoded(painting(), "PNG"))
    bomb = zlib_bomb(2**29)
    yield Case("iccp.png", png(header, (b"iCCP", b"a\0\0" + bomb), *rest))
    yield Case("ztxt.png", png(header, (b"zTXt", b"a\0\0" + bomb), *rest))
    yield Case("itxt.png", png(header, (b"iTXt", b"a\0\1\0\0\0" + bomb), *rest))
    texts = [(b"tEXt", b"k%d\0" % n + b"v" * 1000) for n in range(20_000)]
    yield Case("texts.png", png(header, *texts, *rest), SHOWN)
    yield Case("idat.png", png(header, (b"IDAT", bomb), (b"IEND", b"")))


def tiff_tables() -> Iterator[Case]:
    """TIFFs whose tables lie: a ring of directories, counts and sizes beyond any file."""
    data = encoded(painting(), "TIFF")
    (first,) = struct.unpack("<I", data[4:8])
    (count,) = struct.unpack("<H", data[first : first + 2])
    end = first + 2 + 12 * count
    yield Case("ring.tif", data[:end] + struct.pack("<I", first) + data[end + 4 :], SHOWN)
    huge = struct.pack("<HHII", 270, 2, 2**32 - 1, 8)
    yield Case("count.tif", tiff(huge))
    yield Case("double.tif", tiff(struct.pack("<HHII", 258, 12, 2**29, 8)))
    yield Case("tags.tif", b"II*\0\x08\0\0\0\xff\xff" + b"\xfe\0\4\0\1\0\0\0\0\0\0\0" * 65_535)
    narrow = tiff_with(data, {278: 1, 257: 80_000_000, 256: 1})
    yield Case("strips.tif", narrow, refused="an edge of more than")
    yield Case("samples.tif", tiff_with(data, {277: 65_535}))
    exif = Image.Exif()
    exif[0x0112] = 1
    ring = exif.tobytes()[:-4] + struct.pack(">I", 8)
    yield Case("ring-in-exif.jpg", encoded(painting(), "JPEG", exif=ring), SHOWN, 5)


def many_parts() -> Iterator[Case]:
    """Numbers of frames, tiles and scans without end."""
    red = Image.new("P", (1, 1))
    red.putpalette([255, 0, 0])
    data = encoded(red, "GIF")
    frame = data[data.index(b",\0\0\0\0", 13) : -1]
    shows = np.array([[[255, 0, 0]]], np.uint8)
    yield Case("frames.gif", data[:-1] + frame * 1_000_000 + b";", shows)
    j2k = encoded(painting(), "JPEG2000", no_jp2=True)
    place = j2k.index(b"\xff\x51") + 6
    tiny = j2k[: place + 16] + struct.pack(">II", 1, 1) + j2k[place + 24 :]
    yield Case("tiles.j2k", tiny)
    wide = struct.pack(">IIIIII", 9_400, 9_400, 0, 0, 1, 1)
    yield Case("more-tiles.j2k", j2k[:place] + wide + j2k[place + 24 :])
