"""File names for works: readable, safe on every system, each used once.

Keys come from the source, so they may hold anything: `..`, control characters, names that a system
keeps for itself, two that differ in case alone.
"""

import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

from artlens_pipeline.sources.folder import SUFFIXES
from artlens_pipeline.sources.manifest import MANIFESTS

DEPTH = 4
LONGEST = 200
"""Bytes of one part of a name; file systems take 255."""
_REFUSED = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
)


class Names:
    """Hands out paths inside one folder; none is given twice, in any case of its letters."""

    def __init__(self) -> None:
        self._files = {name.casefold() for name in MANIFESTS}
        self._folders: set[str] = set()

    def take(self, key: str, sample_id: str, suffix: str) -> PurePosixPath:
        """The path of a work: its key made safe, with its id where another has that path.

        `suffix` is added where the key has none of an image's.
        """
        return next(name for name in _candidates(key, sample_id, suffix) if self._admit(name))

    def _admit(self, name: PurePosixPath) -> bool:
        file = str(name).casefold()
        folders = {str(parent).casefold() for parent in name.parents}
        if file in self._files | self._folders or folders & self._files:
            return False
        self._files.add(file)
        self._folders |= folders
        return True


def safe_part(text: str) -> str:
    """One part of a path that any system takes and no program reads as an option or a formula."""
    plain = unicodedata.normalize("NFC", text)
    shown = "".join(c if c.isprintable() and c not in _REFUSED else "_" for c in plain)
    part = _cut(shown).strip(" .")
    risky = part[:1] in ("-", "=", "+", "@", "~", "$", "")
    return f"_{part}" if risky or part.split(".")[0].casefold() in _DEVICES else part


def _candidates(key: str, sample_id: str, suffix: str) -> Iterator[PurePosixPath]:
    parts = [part for part in key.split("/") if part not in ("", ".", "..")][-DEPTH:]
    last = PurePosixPath(parts[-1] if parts else sample_id)
    if last.suffix.lower() in SUFFIXES:
        stem, suffix = last.stem, last.suffix
    else:
        stem = last.name
    folder = PurePosixPath(*(safe_part(part) for part in parts[:-1]))
    stem = safe_part(stem)
    yield folder / f"{stem}{suffix}"
    yield PurePosixPath(f"{stem}-{sample_id}{suffix}")
    for number in count(2):
        yield PurePosixPath(f"{stem}-{sample_id}-{number}{suffix}")


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
