"""What a home holds: its sources with their selections, and its encoder. One JSON file."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from artlens_pipeline.encoders import advice
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import half_written
from artlens_pipeline.settings import load_settings
from artlens_pipeline.sources.selection import Selection

FORMAT = 1
Mode = Literal["same", "add", "replace"]


@dataclass(frozen=True)
class CollectionSource:
    """One source of the collection. The first is named "", so that a moved folder keeps its ids.

    `revision`: the state of the source that was listed last; "" where it has none.
    """

    name: str
    uri: str
    selection: Selection
    revision: str = ""


@dataclass(frozen=True)
class Collection:
    """A home's contents; `FORMAT` changes when the lake's layout does."""

    sources: tuple[CollectionSource, ...] = ()
    encoder: str = ""
    revision: str = ""
    format: int = field(default=FORMAT)

    @classmethod
    def load(cls, home: Home) -> "Collection":
        """The recorded collection, or an empty one in a new home."""
        if not home.collection.is_file():
            return cls()
        try:
            stored = json.loads(home.collection.read_text(encoding="utf-8"))
            found = stored["format"]
            if found != FORMAT:
                raise ArtLensError(
                    f"{home.root} was made by another version of ArtLens (format {found}, this "
                    f"one knows {FORMAT}): a newer one, if its number is higher; update ArtLens, "
                    "or use another ARTLENS_HOME. Nothing was changed"
                )
            sources = (
                CollectionSource(**{**item, "selection": Selection(**item["selection"])})
                for item in stored["sources"]
            )
            return cls(tuple(sources), stored["encoder"], stored.get("revision", ""), found)
        except (ValueError, KeyError, TypeError) as error:
            raise ArtLensError(
                f"{home.collection} is damaged ({error!r}); restore it, or use another ARTLENS_HOME"
            ) from error

    def save(self, home: Home) -> None:
        """Write the record in one step."""
        temporary = half_written(home.collection)
        temporary.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        temporary.replace(home.collection)

    def encoder_or_default(self, home: Home) -> str:
        """The encoder on record; in a new home the one that its settings name."""
        return self.encoder or str(load_settings(home.settings)["encoder"]["name"])

    def advice(self, home: Home) -> str:
        """What to say beside results of the collection's encoder; "" where it is no small one."""
        return advice(self.encoder_or_default(home))

    def with_encoder(self, name: str, revision: str) -> "Collection":
        """The collection embedded by this revision of an encoder."""
        return replace(self, encoder=name, revision=revision)

    def check_encoder(self, found: str) -> None:
        """ArtLensError when the encoder's revision `found` is not the one on record."""
        if self.revision not in ("", found):
            raise ArtLensError(
                f"{self.encoder} is revision {found} here, but this home was embedded by "
                f"{self.revision}; give `artlens run --encoder {self.encoder}` to embed it anew"
            )

    def admit(self, uri: str, selection: Selection, mode: Mode = "same") -> "Collection":
        """The collection with the source `uri` in it.

        A source that is known gets the new selection. Another one is refused (ArtLensError) unless
        `mode` says "add" (beside the others) or "replace" (in place of all).
        """
        known = [source for source in self.sources if source.uri == uri]
        if mode == "replace" or not self.sources:
            return replace(self, sources=(CollectionSource("", uri, selection),))
        if known:
            return replace(
                self,
                sources=tuple(
                    replace(source, selection=selection) if source.uri == uri else source
                    for source in self.sources
                ),
            )
        if mode == "add":
            taken = {source.name for source in self.sources}
            added = CollectionSource(_free_name(uri, taken), uri, selection)
            return replace(self, sources=(*self.sources, added))
        held = ", ".join(source.uri for source in self.sources)
        raise ArtLensError(
            f"this home holds {held}; give --add to put {uri} beside it, --replace to have it "
            "instead, or set ARTLENS_HOME to another folder"
        )

    def at(self, revisions: Mapping[str, str]) -> "Collection":
        """The collection with its sources at these revisions, by uri."""
        sources = (replace(source, revision=revisions[source.uri]) for source in self.sources)
        return replace(self, sources=tuple(sources))

    def named(self, uri: str, name: str | None, taken: set[str]) -> "Collection":
        """The collection with `name` for the source `uri`; null: one that is not `taken`."""
        if name is None:
            name = _free_name(uri, taken) if taken else ""
        sources = (replace(s, name=name) if s.uri == uri else s for s in self.sources)
        return replace(self, sources=tuple(sources))


def _free_name(uri: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", Path(uri).name.lower()).strip("-") or "source"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name
