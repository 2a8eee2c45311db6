"""Of captions: some works with theirs, and what the topics of all of them are.

Works and topics are rows as `pyarrow.Table.to_pylist` gives them.
"""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from artlens_pipeline.previews import marks
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.text import plain
from artlens_pipeline.previews.tiles import Row, Tile, sheet

Rows = Sequence[Mapping[str, Any]]
READ, SEEN, TOPICS, EXEMPLARS = 15, 6, 10, 4
LINE, LINES = 40, 3
SIDE, TILE_BYTES = 56, 500


def written(works: Rows) -> Table:
    """Captions from all over a shard, with the works' titles."""
    names = ("title", "caption", "captioner")
    return Table(names, [tuple(work[name] for name in names) for work in _spread(works, READ)])


def beside(works: Rows) -> Picture | None:
    """Works with their captions beside them."""
    told = [work for work in works if work["caption"]]
    rows = [
        Row([Tile(work["thumbnail_path"] or "")], _lines(work["caption"]))
        for work in _spread(told, SEEN)
    ]
    return sheet(rows, f"{len(rows)} works and their captions", SIDE, TILE_BYTES)


def topics(found: Rows) -> Table:
    """What each topic is about."""
    works = sum(topic["works"] for topic in found)
    rows = [
        (topic["topic"], topic["works"], marks.bar(topic["works"] / works), topic["terms"])
        for topic in found
    ]
    words = [(*row[:3], ", ".join(row[3])) for row in rows]
    return Table(("topic", "works", "share", "words that set it apart"), words)


def exemplars(found: Rows, paths: Mapping[str, str]) -> Picture | None:
    """The works that stand for each of the first topics; `paths` by sample_id."""
    rows = [
        Row([Tile(paths.get(work, "")) for work in topic["exemplars"][:EXEMPLARS]],
            _lines(topic["name"]))
        for topic in found[:TOPICS]
    ]  # fmt: skip
    return sheet(rows, f"Works that stand for {len(rows)} topics", 48, 400)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(plain(text, LINE * LINES), LINE)[:LINES])


def _spread(rows: Rows, count: int) -> Rows:
    return rows[:: max(1, len(rows) // count)][:count]
