"""What is no plain file with a plain name: pipes, links, folders, and names in every script."""

import os
from pathlib import Path

NAMES = (
    "Εικόνα/ζωγραφιά.png",
    "картина.png",
    "絵画・浮世絵.png",
    "لوحة.png",
    "\u202egnp.live.png",
    "हिन्दी चित्र.png",
    "👩🏽‍🎨🖼️.png",
    "e\u0301-apart.png",
    "\u00e9-together.png",
    "Z̸̢͝a̷l̶g̵o̴.png",
    "\u200bzero width\ufeff.png",
    "line\nbreak\r\ntwice.png",
    "comma, \"double\" and 'single'.png",
    "'; DROP TABLE artworks; --.png",
    "<script>alert(1)</script>.png".replace("/", "\u2215"),
    "<img src=x onerror=alert(1)>.png",
    "$(touch owned) `id` ${HOME}.png",
    "-rf --help.png",
    "=HYPERLINK(1).png",
    "100% #1? &a=b+c %2e%2e.png",
    "back\\slash\\x41\\n.png",
    "up\\..\\..\\up.png",
    " leading and trailing .png",
    "tab\tbell\x07escape\x1b[31m.png",
    "CON.png",
    "~root.png",
    "a" * 251 + ".png",
    "画" * 83 + ".png",
    "/".join(["deep"] * 40) + "/x.png",
    "upper.PNG",
    "two.dots..png",
    "{braces}[0]*.png",
)
"""Paths that a folder of pictures may hold, and a manifest may name."""
NOT_UTF8 = b"caf\xe9 \xff\xfe.png"


def lay_names(folder: Path, data: bytes) -> list[str]:
    """The same picture, but for a last byte, under each name; gives the keys that they must get."""
    keys = []
    for number, name in enumerate((*map(os.fsencode, NAMES), NOT_UTF8)):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + bytes([number]))
        keys.append(name.decode("utf-8", "backslashreplace"))
    return keys


def lay_odd(folder: Path, elsewhere: Path) -> dict[str, str]:
    """No plain files, and links; gives by name the pattern of the reason why it is rejected.

    A link to the sound picture `elsewhere` is that picture, and has none: "".
    """
    (folder / "itself.png").symlink_to(folder / "itself.png")
    (folder / "ring-a.png").symlink_to("ring-b.png")
    (folder / "ring-b.png").symlink_to("ring-a.png")
    (folder / "dangling.png").symlink_to("nowhere.png")
    (folder / "outside.png").symlink_to(elsewhere)
    (folder / "zeros.png").symlink_to("/dev/zero")
    (folder / "no picture.png").symlink_to("/proc/self/status")
    os.mkfifo(folder / "fifo.png")
    (folder / "to-fifo.png").symlink_to("fifo.png")
    (folder / "up").symlink_to("..", target_is_directory=True)
    return {
        "itself.png": "symbolic links",
        "ring-a.png": "symbolic links",
        "ring-b.png": "symbolic links",
        "dangling.png": "No such file",
        "outside.png": "",
        "zeros.png": "not a regular file",
        "no picture.png": "not an image",
        "fifo.png": "not a regular file",
        "to-fifo.png": "not a regular file",
    }
