"""A small collection whose every text means harm: names of files, titles, labels, columns."""

import csv
import os
from pathlib import Path

import numpy as np
from PIL import Image

from artlens_pipeline.home import Home
from artlens_pipeline.sources.base import LABELS

WORKS = 30
HARM = "window.hit=1"
TEXTS = [
    "'; DROP TABLE artworks; --",
    f'"><script>{HARM}</script>',
    f"<img src=x onerror={HARM}>",
    f"[x](javascript:{HARM})",
    "![x](http://127.0.0.1:1/x.png) <http://127.0.0.1:1/y>",
    f"javascript:{HARM}",
    "# a | b\n\n| c | `d` ```\n- [ ] e",
    "{{7*7}} {%raw%} ${7*7} #{7*7} <%= 7*7 %>",
    "{0} {0.__class__} %s %(x)s {",
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b]0;hit\x07\x9b31m\r\x08 \x00 null",
    "\u202egnihtyreve\u2066 snrut\u200b \u2028line\u2029 \ufeff",
    "../../../../etc/passwd",
    "__proto__",
    "constructor",
    f"</script><script>{HARM}</script><!-- <!--<script>",
    f"]]></style></title></textarea><svg onload={HARM}>",
    "$where",
    "a.b.$set",
    "sample_id",
    "&lt;b&gt; &amp;amp; \\ \\n %00 %2e%2e%2f",
    "Ukiyo-e!",
    "ukiyo_e",
    "x" * 100_000,
    "toString",
    "ends",
]
"""Titles and labels, two of which are one after slugging."""
NAMES = [
    "'; DROP TABLE artworks; --.jpg",
    f"<img src=x onerror={HARM}>.jpg",
    f'"><svg onload={HARM}>.jpg',
    "{0} {{7*7}} ${7*7} %s.jpg",
    "=cmd|' C calc'!A0.jpg",
    "\x1b[31mred\nline\r.jpg",
    "\u202egpj.\u2066.jpg",
    "..%2f..%2fx #1?q=2.jpg",
    "-rf `id` $(id) .jpg",
    "__proto__.jpg",
    f"[x](javascript:{HARM}).jpg",
    "$where/a.b.jpg",
    "back\\slash|pipe.jpg",
]
LATIN = b"caf\xe9 <b>.jpg"
"""A name that is no UTF-8."""
COLUMNS = [
    "$where",
    "$set.a.b",
    "sample_id",
    "_id",
    "filepath",
    "__proto__",
    "constructor",
    f'"><script>{HARM}</script>',
    f"<img src=x onerror={HARM}>",
    "'; DROP TABLE artworks; --",
    "{0} {{7*7}} ${7*7}",
    "\x1b[31mred",
    "embedding",
    "tags",
]
"""Further columns of the manifest."""


FOLDER = f"<img src=x onerror={HARM}> {{0}} {{{{7*7}}}} \x1b[31m"
VOCABULARY = """
[technique]
templates = ["{}", "a <b>{}</b> painting"]
[technique.labels]
"<img src=x onerror=window.hit=1>" = []
"'; DROP TABLE artworks; --" = []
"[x](javascript:window.hit=1)" = []
"__proto__" = []
"""


def make_hostile_home(root: Path) -> Home:
    """A home whose words and whose report's title mean harm too."""
    home = Home(root).create()
    home.vocabulary.write_text(VOCABULARY)
    title = f"</title><script>{HARM}</script> {{{{7*7}}}}"
    home.settings.write_text(f"[report]\ntitle = '{title}'\n")
    return home


def make_hostile_collection(parent: Path) -> Path:
    """A folder of `WORKS` pictures with such names and labels, and two files that are none."""
    folder = parent / FOLDER
    folder.mkdir()
    keys = listed_keys()
    for number, key in enumerate(keys):
        _paint(folder / key, number)
    _paint(Path(os.fsdecode(os.fsencode(folder) + b"/" + LATIN)), WORKS)
    (folder / f"<script>{HARM}<!--.jpg").write_bytes(b"no picture")
    (folder / "empty.png").write_bytes(b"")
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["path", *LABELS, "year", *COLUMNS])
        for number, key in enumerate(keys):
            rows.writerow([key, *labels_of(number).values(), 1800 + number, *further(number)])
    return folder


def listed_keys() -> list[str]:
    """Of the works that the manifest names, in its order."""
    return [*NAMES, *(f"plain {number}.jpg" for number in range(WORKS - len(NAMES) - 1))]


def labels_of(number: int) -> dict[str, str]:
    """Of the work in this place of the manifest: three to an artist, five to a style."""
    places = (number // 3, number // 5, 10 + number // 6, number)
    return {name: TEXTS[place % len(TEXTS)] for name, place in zip(LABELS, places, strict=True)}


def further(number: int) -> list[str]:
    """What the manifest says of it under `COLUMNS`."""
    return [TEXTS[(number + place) % len(TEXTS)] for place in range(len(COLUMNS))]


def _paint(path: Path, number: int) -> None:
    draw = np.random.default_rng(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    across = np.linspace(0, 1, 160)[None, :, None] * draw.integers(0, 255, 3)
    down = np.linspace(0, 1, 120)[:, None, None] * draw.integers(0, 255, 3)
    picture = np.clip(across + down + draw.normal(0, 8, (120, 160, 3)), 0, 255)
    Image.fromarray(picture.astype(np.uint8)).save(path, format="JPEG")
