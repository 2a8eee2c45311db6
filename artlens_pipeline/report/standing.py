"""A report on disk: how it is written, of what it was made, and whether it stands alone."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from artlens_pipeline.leftovers import half_written

MOST_BYTES = 15_000_000
HEAD = 4_096
"""Bytes, within which a report says what it is."""
_SAID = re.compile(
    r'<meta name="artlens-fingerprint" content="([0-9a-f]*)">\s*'
    r'<meta name="artlens-holds" content="(\d+) (\d+) ([a-z, -]*)">'
)
_FETCHING = {"src", "srcset", "href", "xlink:href", "data", "action", "formaction", "poster"}
_STYLED = re.compile(r"url\(|@import", re.IGNORECASE)


def write(page: str, path: Path) -> None:
    """Write the page in one step; an open browser keeps what it has."""
    temporary = half_written(path)
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True)
class Holding:
    """What a report says of itself: of what it was made, works, thumbnails on the map, chapters."""

    fingerprint: str
    works: int
    pictured: int
    chapters: list[str]


def holding(path: Path) -> Holding | None:
    """Null where there is none, or the file is no report."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).decode("utf-8", "replace")
    except OSError:
        return None
    found = _SAID.search(head)
    if not found:
        return None
    return Holding(found[1], int(found[2]), int(found[3]), found[4].split(","))


@dataclass
class _Reader(HTMLParser):
    """Collects what a page would fetch, and what would run without being ours."""

    faults: list[str] = field(default_factory=list)
    policy: str = ""
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        for name, value in given.items():
            if name in _FETCHING and not value.startswith(("#", "data:image/")):
                self.faults.append(f"<{tag}> has {name} of another place")
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag}> has {name}")
        if tag not in _VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open_tags.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self.open_tags and self.open_tags[-1] == "style" and _STYLED.search(data):
            self.faults.append("<style> fetches something")


_VOID = {"meta", "link", "img", "input", "br", "hr", "source", "wbr", "col", "area", "base"}


def faults(page: str) -> list[str]:
    """Why the page does not stand alone; empty where it does. Text of the source is in none."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    found = sorted(set(reader.faults))
    if reader.open_tags:
        found.append(f"<{reader.open_tags[-1]}> is not closed")
    if "default-src 'none'" not in reader.policy or "unsafe" in reader.policy:
        found.append("its policy lets something run or be fetched")
    if len(page.encode()) > MOST_BYTES:
        found.append(f"it is larger than {MOST_BYTES / 1e6:.0f} MB")
    return found
