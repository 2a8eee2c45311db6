"""The words of zero-shot labels: label sets with their prompts, packaged and a home's own.

Belongs here: reading them, and the prompts that they make. Does not belong here: encoding prompts
and comparing them with works (`analysis/zero_shot`).
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import PACKAGE, Home

PLACE = "{}"
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_MOST_LABELS, _LONGEST = 10_000, 200


@dataclass(frozen=True)
class LabelSet:
    """Labels of one kind, each with its other wordings, and the templates of their prompts."""

    name: str
    templates: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]

    def prompts(self, label: str) -> list[str]:
        """What an encoder is asked for a label: every template with every wording."""
        wordings = dict.fromkeys((label, *self.labels[label]))
        return [t.replace(PLACE, wording) for wording in wordings for t in self.templates]

    def spellings(self) -> dict[str, str]:
        """By `plain` spelling of every label and wording, the label; a label goes first."""
        worded = {plain(word): label for label, words in self.labels.items() for word in words}
        return {**worded, **{plain(label): label for label in self.labels}}


@dataclass(frozen=True)
class Vocabulary:
    """The label sets in force, in order."""

    sets: tuple[LabelSet, ...]

    def __iter__(self) -> Iterator[LabelSet]:
        """Each label set."""
        return iter(self.sets)

    def __hash__(self) -> int:
        """Of its words, so that what is made of them can be kept."""
        return hash(self.fingerprint)

    def of(self, name: str) -> LabelSet | None:
        """The label set of a name; null where there is none."""
        return next((item for item in self.sets if item.name == name), None)

    @property
    def fingerprint(self) -> str:
        """Changes with any word of it."""
        return digest([(s.name, s.templates, list(s.labels.items())) for s in self.sets])


def plain(text: str) -> str:
    """A label without case and punctuation: "Ukiyo_e" and "ukiyo-e" are one."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def load_vocabulary(own: Path) -> Vocabulary:
    """The packaged label sets with those of the file `own` (if it exists) over them.

    ArtLensError, in a line, for a file that is no such thing.
    """
    packaged = tomllib.loads((PACKAGE / "vocabulary.toml").read_text(encoding="utf-8"))
    sets = {name: _named("vocabulary.toml", name, item) for name, item in packaged.items()}
    for name, item in _read(own).items():
        sets[name] = _named(str(own), name, item)
    return Vocabulary(tuple(item for item in sets.values() if item.labels))


@functools.cache
def current_vocabulary() -> Vocabulary:
    """The vocabulary in force for this process' home."""
    return load_vocabulary(Home.current().vocabulary)


def _read(own: Path) -> dict[str, Any]:
    if not own.is_file():
        return {}
    try:
        return tomllib.loads(own.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArtLensError(f"{own} is not valid TOML ({error}); mend or remove it") from error


def _named(file: str, name: str, item: Any) -> LabelSet:
    if not _NAME.fullmatch(name) or name.endswith(("_confidence", "_margin")):
        raise ArtLensError(
            f"{file}: a label set is named in small letters, digits and _, not {name!r}"
        )
    return label_set(f"{file}: [{name}]", name, item)


def label_set(where: str, name: str, item: Any) -> LabelSet:
    """The set of a table with `labels` and `templates`; ArtLensError of `where` if it is none."""
    if not isinstance(item, dict) or set(item) - {"templates", "labels"}:
        raise ArtLensError(f"{where} has labels and templates, and nothing else")
    templates = _texts(f"{where} templates", item.get("templates", [PLACE]))
    if not templates or any(text.count(PLACE) != 1 for text in templates):
        raise ArtLensError(f"{where} templates are texts with one {PLACE} each, for the label")
    found = item.get("labels", {})
    labels = found if isinstance(found, dict) else {text: [] for text in _texts(where, found)}
    if len(labels) == 1 or len(labels) > _MOST_LABELS:
        raise ArtLensError(f"{where} needs 2 to {_MOST_LABELS} labels, not {len(labels)}")
    _texts(where, list(labels))
    return LabelSet(
        name, tuple(templates), {k: tuple(_texts(f"{where} {k!r}", v)) for k, v in labels.items()}
    )


def _texts(where: str, found: Any) -> Sequence[str]:
    """A list of short texts, none blank."""
    if not isinstance(found, list) or not all(
        isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= _LONGEST
        for text in found
    ):
        raise ArtLensError(f"{where}: should be a list of texts of 1 to {_LONGEST} characters")
    return found
