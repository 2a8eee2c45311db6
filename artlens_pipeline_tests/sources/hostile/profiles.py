"""Colour profiles whose effect cannot be mistaken: they name other colours than the numbers do."""

import struct

from PIL import ImageCms


def swapped_rgb() -> bytes:
    """An RGB profile whose first channel is blue and whose third is red: the sRGB one, retagged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = data.index(b"rXYZ", 128), data.index(b"bXYZ", 128)
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data).replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


def grey_cmyk() -> bytes:
    """A CMYK profile by which every ink is as grey as its share of the four; none is white."""
    grid = b"".join(
        struct.pack(">BBB", 255 - 63 * bin(corner).count("1"), 128, 128) for corner in range(16)
    )
    unity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    ramp = bytes(range(256))
    table = b"mft1" + bytes(4) + b"\x04\x03\x02\0" + unity + ramp * 4 + grid + ramp * 3
    table += bytes(-len(table) % 4)
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\0" + bytes(79)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    tags, at, entries = [(b"A2B0", table), (b"desc", text + b"\0"), (b"wtpt", white)], 168, b""
    for name, body in tags:
        entries += name + struct.pack(">II", at, len(body))
        at += len(body)
    head = struct.pack(">I", at) + b"test\x02\x40\0\0prtrCMYKLab " + bytes(12) + b"acsp"
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061) + bytes(48)
    return head + struct.pack(">I", 3) + entries + b"".join(body for _, body in tags)
