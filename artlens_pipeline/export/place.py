"""Where an export goes: written beside its place, then moved there whole.

An earlier export is replaced only when asked, and only when it is still exactly what this home
exported: what a person made, changed or added to is never removed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import half_written, leftovers_of, remove


@contextmanager
def placed(home: Home, destination: Path, overwrite: bool) -> Iterator[Path]:
    """A path to write to, which becomes `destination` at the end unless something fails.

    Raises ArtLensError for a place that is taken, or in the home or a source of it.
    """
    place = _meant(destination)
    _refuse_ours(home, place)
    _refuse_taken(home, place, overwrite)
    temporary = half_written(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        for path in (*leftovers_of(place), temporary):
            remove(path)
        yield temporary
        _refuse_taken(home, place, overwrite)
        with suppress(
            OSError
        ):  # without a note, as in a home that is only read, it is not replaced
            _note(home, place, temporary)
        _move(temporary, place)
    except OSError as error:
        raise ArtLensError(
            f"cannot write {place} ({error.strerror or error}); mend that, or choose another place"
        ) from error
    finally:
        with suppress(OSError):  # where nothing could be written
            remove(temporary)


def _meant(destination: Path) -> Path:
    """The absolute path; only its last part may be a link, which then is what is meant."""
    try:
        place = Path(os.path.abspath(destination.expanduser()))  # noqa: PTH100  # links stay
        return place.parent.resolve() / place.name
    except RuntimeError as error:  # ~ of nobody, links in a circle
        raise ArtLensError(f"{destination} is no place ({error}); choose another") from error


def _refuse_ours(home: Home, place: Path) -> None:
    """The copies would be taken for works, or for results."""
    if place.is_relative_to(home.root.resolve()):
        raise ArtLensError(f"{place} lies in the home; choose a place outside of {home.root}")
    for source in Collection.load(home).sources:
        globbed = source.uri.replace("**/", "*")
        if place.is_relative_to(source.uri) or fnmatchcase(str(place), globbed):
            raise ArtLensError(
                f"{place} lies in the source {source.uri}, whose next run would take it in; "
                "choose a place outside"
            )


def _refuse_taken(home: Home, place: Path, overwrite: bool) -> None:
    if not os.path.lexists(place):
        return
    if not overwrite:
        raise ArtLensError(
            f"{place} exists; choose another name, or give --overwrite if it is an earlier export"
        )
    noted = _record(home, place)
    if not noted.is_file() or noted.read_text() != _state(place):
        raise ArtLensError(
            f"{place} is no export of this home, or was changed since; remove it yourself, "
            "or choose another name"
        )


def _record(home: Home, place: Path) -> Path:
    return home.exports / digest(os.fsencode(place).hex())


def _note(home: Home, place: Path, written: Path) -> None:
    record = _record(home, place)
    record.parent.mkdir(exist_ok=True)
    record.write_text(_state(written))


def _state(path: Path) -> str:
    """A digest of a file, or of a folder with all in it, that changes with every write."""
    inside = sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else []
    entries = [(os.fsencode(item.relative_to(path)).hex(), _stamp(item)) for item in inside]
    return digest(entries, "" if inside else _stamp(path))


def _stamp(path: Path) -> str:
    """Of a folder only that it is one: its time changes when it is moved."""
    status = path.lstat()
    kind = status.st_mode
    return f"{kind}" if path.is_dir() else f"{kind}-{status.st_size}-{status.st_mtime_ns}"


def _move(written: Path, place: Path) -> None:
    """Put the written into its place; a folder that stands there goes aside first."""
    if not os.path.lexists(place) or not (place.is_dir() or written.is_dir()):
        written.replace(place)
        return
    aside = half_written(written)
    place.rename(aside)
    try:
        written.rename(place)
    except OSError:
        aside.rename(place)
        raise
    remove(aside)
