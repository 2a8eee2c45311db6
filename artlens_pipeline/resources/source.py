"""The sources of a home's collection: opening them, listing them, finding a work's file."""

from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.sources.base import Source
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline.sources.selection import Selection


class SourceResource(dg.ConfigurableResource):
    """Where the paintings of the home at `home` come from."""

    home: str

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
            collection = collection.admit(open_source(uri).uri, selection, mode)
        if not collection.sources:
            raise ArtLensError(
                "no source yet: give `source` (a folder of images) in the Launchpad's config of "
                "source_catalog, or run `artlens run FOLDER`"
            )
        return collection

    def record(self, collection: Collection) -> None:
        """Make this what the home holds, with its encoder from the first time on."""
        home = Home(Path(self.home)).create()
        name = collection.encoder_or_default(home)
        revision = collection.revision or encoder_info(name).revision
        collection.with_encoder(name, revision).save(home)

    def listings(self, collection: Collection) -> dict[str, pd.DataFrame]:
        """The full listing of each source, by its uri."""
        return {item.uri: open_source(item.uri).listing() for item in collection.sources}

    def fetch(self, works: list[dict[str, Any]]) -> dict[str, Path]:
        """Local files by sample_id, of works with `sample_id`, `source` and `source_key`."""
        files: dict[str, Path] = {}
        opened = self._opened()
        for name in dict.fromkeys(work["source"] for work in works):
            ids = {
                work["source_key"]: work["sample_id"] for work in works if work["source"] == name
            }
            paths = opened[name].fetch(ids)
            files |= {sample_id: paths[key] for key, sample_id in ids.items()}
        return files

    def _opened(self) -> dict[str, Source]:
        return {item.name: open_source(item.uri) for item in self.recorded().sources}
