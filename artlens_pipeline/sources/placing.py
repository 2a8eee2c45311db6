"""Which file of a folder a path in a manifest means, however it is spelled."""

import os
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote


class Places:
    """The files of the folder `root`, whose `keys` are their POSIX paths inside it."""

    def __init__(self, root: Path, keys: Collection[str]) -> None:
        """`keys`: of the files that were found."""
        self._root, self._keys = os.path.realpath(root), keys
        self._real = lru_cache(maxsize=100_000)(os.path.realpath)  # of folders, each of many files

    def key(self, path: str) -> str | None:
        """The key of the file that `path` means; of none that is there, the path made plain.

        A file is found whatever the slashes, the case, the form of Unicode and percent signs of its
        path, if only one can be meant; blanks around it are ignored unless they are its name's. A
        linked folder counts as the place that it leads to, a linked image as one that is here. Null
        for a path that leaves the folder.
        """
        if path in self._keys:
            return path
        path = path.strip()
        spellings = [inside for way in _spellings(path) if (inside := self._inside(way))]
        plain = self._inside(path)
        for inside in (plain, *spellings):
            if inside in self._keys:
                return inside
        for inside in spellings:
            if found := self._composed.get(_composed(inside)) or self._folded.get(_folded(inside)):
                return found
        # None was found: there is none, or it is no image by its name.
        there = (inside for inside in spellings if os.path.lexists(self._prefix + inside))
        key = next(there, None)
        if key is None:
            return spellings[-1] if spellings else None
        return key if self._holds(os.path.realpath(self._prefix + key)) else None

    def _inside(self, path: str) -> str | None:
        """A path's POSIX form inside the root; null where it leads out of it."""
        if "\0" in path:
            return None
        whole = os.path.normpath(path if path.startswith("/") else self._prefix + path)
        folder, _, name = whole.rpartition("/")
        whole = f"{self._real(folder or '/')}/{name}"
        return whole[len(self._prefix) :] if self._holds(whole) else None

    def _holds(self, whole: str) -> bool:
        return whole.startswith(self._prefix) and len(whole) > len(self._prefix)

    @cached_property
    def _prefix(self) -> str:
        return self._root.rstrip("/") + "/"

    @cached_property
    def _composed(self) -> dict[str, str]:
        return _unambiguous(self._keys, _composed)

    @cached_property
    def _folded(self) -> dict[str, str]:
        return _unambiguous(self._keys, _folded)


def _spellings(path: str) -> Iterator[str]:
    """The likelier the earlier; the last is what is said of a file that is not there."""
    if "%" in path:
        yield unquote(path)
    yield path
    if "\\" in path:
        yield path.replace("\\", "/")


def _composed(path: str) -> str:
    """Of one form of Unicode: macOS takes letters apart that a manifest has composed."""
    return normalize("NFC", path)


def _folded(path: str) -> str:
    return normalize("NFC", path.casefold())


def _unambiguous(keys: Collection[str], form: Callable[[str], str]) -> dict[str, str]:
    """Keys by a form of theirs that no other has."""
    found: dict[str, str] = {}
    for key in keys:
        name = form(key)
        found[name] = "" if name in found else key
    return found
