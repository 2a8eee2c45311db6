"""Files of a few bytes or megabytes that are as large, once decoded, as is still allowed."""

import struct
from collections.abc import Iterator

from PIL import Image

from artlens_pipeline_tests.sources.hostile.building import png, zlib_bomb
from artlens_pipeline_tests.sources.hostile.case import Case, encoded, painting

EDGE = 9_400
"""Pixels an edge of the largest square, to the hundred, that is still decoded."""


def large() -> Iterator[Case]:
    yield from pngs()
    yield from blank()
    data = encoded(painting(), "JPEG2000", no_jp2=True)
    place = data.index(b"\xff\x51") + 6
    whole = struct.pack(">IIIIII", EDGE, EDGE, 0, 0, EDGE, EDGE)
    yield Case("large.j2k", data[:place] + whole + data[place + 24 :])
    yield Case("scans.jpg", many_scans(2_000), refused="more than 100 scans")


def pngs() -> Iterator[Case]:
    """Nothing but zeros: by name bits, colour type, interlacing and bytes a pixel."""
    kinds = {"rgba": (8, 6, 0, 4), "grey-16": (16, 0, 0, 2), "rgba-16-interlaced": (16, 6, 1, 8)}
    for name, (bits, colour, interlaced, size) in kinds.items():
        head = struct.pack(">IIBBBBB", EDGE, EDGE, bits, colour, 0, 0, interlaced)
        rows = zlib_bomb((size * EDGE + 2) * EDGE)
        yield Case(f"large-{name}.png", png((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")))


def blank() -> Iterator[Case]:
    size = (EDGE, EDGE)
    yield Case("large-cmyk.jpg", encoded(Image.new("CMYK", size), "JPEG", progressive=True))
    fast = {"lossless": True, "method": 0, "quality": 0}
    yield Case("large.webp", encoded(Image.new("RGBA", size, (9, 9, 9, 9)), "WEBP", **fast))
    yield Case("large.avif", encoded(Image.new("RGB", size), "AVIF", speed=10, max_threads=1))
    for mode, name in (("F", "fractions"), ("I;16", "grey-16"), ("CMYK", "cmyk")):
        deflated = encoded(Image.new(mode, size), "TIFF", compression="tiff_adobe_deflate")
        yield Case(f"large-{name}.tif", deflated)


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan, of hardly any bytes, is repeated."""
    data = encoded(Image.new("L", (EDGE, EDGE)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]
