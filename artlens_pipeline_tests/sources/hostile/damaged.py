"""Sound files spoiled: cut off, with flipped bits, and by chance in many ways (`mutate`)."""

import random
import re
from collections.abc import Iterator

import numpy as np

from artlens_pipeline_tests.sources.hostile.case import FORMATS, Case, painting, written

CUTS = 50
_CHUNK = re.compile(
    rb"IHDR|IDAT|iCCP|PLTE|tRNS|eXIf|VP8[ LX]|ANMF|\xff[\xc0-\xfe]|ftyp|meta|mdat|ispe|jp2[hc]|,\0"
)


def damaged() -> Iterator[Case]:
    yield Case("nothing.png", b"", refused="no bytes at all")
    shows = np.asarray(painting())
    for form in FORMATS:
        data = written(form, painting())
        for cut in range(CUTS):
            short = data[: max(1, len(data) * cut // CUTS)]
            yield Case(f"cut-{cut:02}.{form.suffix}", short, shows, form.tolerance, ".")
        draw = random.Random(form.suffix)
        for number in range(10):
            yield Case(f"flipped-{number}.{form.suffix}", flip(data, draw))


def flip(data: bytes, draw: random.Random) -> bytes:
    """One to eight bits flipped."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def splice(data: bytes, draw: random.Random) -> bytes:
    """A piece is written over another."""
    size = draw.randint(1, max(1, min(64, len(data) // 2)))
    source, target = (draw.randrange(len(data) - size + 1) for _ in range(2))
    return data[:target] + data[source : source + size] + data[target + size :]


def cut(data: bytes, draw: random.Random) -> bytes:
    """The end is missing, or a piece of the middle."""
    start = draw.randrange(len(data))
    return data[:start] + (data[start + draw.randint(1, 64) :] if draw.random() < 0.5 else b"")


def double(data: bytes, draw: random.Random) -> bytes:
    """What lies between two marks of chunks, twice or a hundred times."""
    marks = [found.start() for found in _CHUNK.finditer(data)] or [0]
    start = draw.choice(marks)
    end = draw.choice([mark for mark in marks if mark > start] or [len(data)])
    return data[:end] + data[start:end] * draw.choice((1, 1, 100)) + data[end:]


def lie(data: bytes, draw: random.Random) -> bytes:
    """A number near the head, where lengths and sizes stand, is another one."""
    size = draw.choice((1, 2, 4))
    at = draw.randrange(min(len(data) - size, draw.choice((32, 200, 10**9))))
    value = draw.choice((0, 1, 0x7F, 0x7FFF, 0x7FFFFFFF, 2 ** (8 * size) - 1, draw.getrandbits(32)))
    number = (value % 2 ** (8 * size)).to_bytes(size, draw.choice(("little", "big")))
    return data[:at] + number + data[at + size :]


def noise(data: bytes, draw: random.Random) -> bytes:
    """Random bytes put in between."""
    at = draw.randrange(len(data))
    return data[:at] + draw.randbytes(draw.randint(1, 200)) + data[at:]


WAYS = (flip, splice, cut, double, lie, lie, noise)


def mutate(data: bytes, draw: random.Random) -> bytes:
    """`data` spoiled in one to three ways; at least six bytes are left to spoil."""
    for _ in range(draw.randint(1, 3)):
        if len(data) > 8:
            data = draw.choice(WAYS)(data, draw)
    return data
