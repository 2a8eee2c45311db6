"""The sources of a home's collection: opening them, finding a work's file."""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.encoders import pinned
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.sources.base import Source
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline.sources.selection import Selection


class SourceResource(dg.ConfigurableResource):
    """Where the paintings of the home at `home` come from."""

    home: str
    # A source that is opened stays so from shard to shard: it knows how far it has read.
    _opened: dict[tuple[str, str], Source] = PrivateAttr(default_factory=dict)

    def recorded(self) -> Collection:
        """What the home holds now."""
        return Collection.load(Home(Path(self.home)))

    def admit(self, uri: str, selection: Selection, mode: Mode) -> Collection:
        """The collection with the source `uri` ("": those on record) in it; nothing is recorded.

        Raises ArtLensError for a source that is missing, or another than the home holds.
        """
        collection = self.recorded()
        if mode == "replace" and not uri:
            raise ArtLensError("mode replace needs the source that is to stand instead")
        if uri:
            collection = collection.admit(self.open(uri).uri, selection, mode)
        if not collection.sources:
            raise ArtLensError(
                "no source yet: give `source` (a folder, for one) in the Launchpad's config of "
                "source_catalog, or run `artlens run FOLDER`"
            )
        return collection

    def record(self, collection: Collection) -> None:
        """Make this what the home holds, with its encoder from the first time on."""
        home = Home(Path(self.home)).create()
        name, revision = collection.encoder, collection.revision
        if not revision:
            name, revision = pinned(collection.encoder_or_default(home))
        collection.with_encoder(name, revision).save(home)

    def open(self, uri: str, revision: str = "") -> Source:
        """The source that a name means, in its newest state or in that of a `revision`."""
        return open_source(uri, Home(Path(self.home)).originals, revision)

    def require(self, path: Path) -> None:
        """ArtLensError where the folder that holds a work's file has gone: unmounted, or renamed.

        Its works are no bad images then; a mount point is left behind empty.
        """
        for root in (Path(item.uri) for item in self.recorded().sources):
            inside = path.is_relative_to(root) and root != path
            if inside and not (root.is_dir() and any(root.iterdir())):
                raise ArtLensError(
                    f"the source {root} went away while it was read; bring it back and run again: "
                    "what was finished before still stands"
                )

    def fetch(self, works: list[dict[str, Any]]) -> dict[str, Path]:
        """Local files by sample_id, of works with `sample_id`, `source`, `source_key`, `stamp`."""
        files: dict[str, Path] = {}
        sources = {item.name: item for item in self.recorded().sources}
        for name in dict.fromkeys(work["source"] for work in works):
            own = [work for work in works if work["source"] == name]
            state = (sources[name].uri, sources[name].revision)
            if state not in self._opened:
                self._opened[state] = self.open(*state)
            paths = self._opened[state].fetch({work["source_key"]: work["stamp"] for work in own})
            files |= {work["sample_id"]: paths[work["source_key"]] for work in own}
        return files
