"""PNG and TIFF files put together by their parts."""

import struct
import zlib


def zlib_bomb(size: int) -> bytes:
    """`size` zero bytes, deflated."""
    deflate = zlib.compressobj(1)
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


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in chunks:
        check = struct.pack(">I", zlib.crc32(kind + body))
        parts += [struct.pack(">I", len(body)), kind, body, check]
    return b"".join(parts)
