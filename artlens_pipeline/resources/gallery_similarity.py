"""The brain run `clip_sim`: search by image and text, served by what a person chose.

Belongs here: pointing the run at the lake's index or at a store in a vector database, and leaving
no store behind that nobody reads. A store is filled before the run is made anew, and the one before
is dropped after, so that a failure leaves the last good one. Each is noted on the dataset before it
is made. Does not belong here: what a vector database is asked (`vector_stores`).
"""

import logging
from dataclasses import dataclass
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources import vector_stores
from artlens_pipeline.resources.gallery_runs import CLIP_SIM, delete, results_of
from artlens_pipeline.resources.gallery_samples import note, record
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.vector_backends import OWN, Store, close, require, speaking
from artlens_pipeline.vectors import as_matrix


@dataclass(frozen=True)
class Similarity:
    """What `clip_sim` is to be: over which vectors, with which encoder of prompts, served by whom.

    `index`: null for no run. `backend`: `OWN`, or one of `vector_backends.BACKENDS`.
    """

    encoder: str
    revision: str
    index: VectorIndex | None
    backend: str = OWN

    def store(self, dataset: Any) -> Store:
        """Its name tells datasets of several homes, and vectors of several encoders, apart."""
        made_by = digest(self.encoder, self.revision)[:8]
        return Store(self.backend, f"artlens_{dataset._doc.id}_{made_by}")

    @property
    def zoo(self) -> dict[str, Any]:
        """The zoo model that embeds the prompts."""
        from artlens_pipeline.app.zoo import ZOO_NAME

        # The revision makes another run of a retrained encoder, which an open App then loads.
        kwargs = {"encoder": self.encoder, "revision": self.revision}
        return {"model": ZOO_NAME, "model_kwargs": kwargs}


def publish_similarity(dataset: Any, wanted: Similarity) -> dict[str, Any]:
    """Make `clip_sim` what is wanted; returns what is to be said of it, `{}` for the default.

    No model is run: the vectors are those of the lake's index.
    """
    if wanted.index is None:
        delete(dataset, CLIP_SIM)
        return _drop_all_but(dataset, None)
    if wanted.backend == OWN:
        _publish_own(dataset, wanted, wanted.index)
        return _drop_all_but(dataset, None)
    store = wanted.store(dataset)
    note(dataset, stores=sorted({*_noted(dataset), (store.backend, store.name)}))
    held = wanted.index.contents()
    ids, vectors = held["id"].combine_chunks(), as_matrix(held["vector"])
    others = set(dataset.values("id")) - set(ids.to_pylist())
    written = vector_stores.fill(store, dataset, ids, vectors, sorted(others))
    with speaking(store.backend):
        _register(dataset, store.backend, {**wanted.zoo, **store.parameters})
    note(dataset, store_holds=len(ids))
    said = {"similarity": store.backend, "vectors_written": written}
    return said | _drop_all_but(dataset, store)


def holds_what_was_published(dataset: Any, backend: str) -> bool:
    """Whether the database that serves `clip_sim` still holds as many vectors as it was given."""
    if backend == OWN:
        return True
    stores = [Store(*noted) for noted in _noted(dataset) if noted[0] == backend]
    held = record(dataset).get("store_holds")
    return any(vector_stores.size(store, dataset) == held for store in stores)


def _publish_own(dataset: Any, wanted: Similarity, index: VectorIndex) -> None:
    from artlens_pipeline.app.similarity import LakeSimilarityConfig

    place = {"index_uri": index.uri, "table_name": index.table_name}
    _register(dataset, LakeSimilarityConfig, {**wanted.zoo, **place})


def _register(dataset: Any, backend: Any, wanted: dict[str, Any]) -> None:
    import fiftyone.brain as fob

    if _stands(dataset, backend, wanted):
        return
    delete(dataset, CLIP_SIM)
    made = fob.compute_similarity(
        dataset, brain_key=CLIP_SIM, backend=backend, embeddings=False, **wanted
    )
    close(made)


def _stands(dataset: Any, backend: Any, wanted: dict[str, Any]) -> bool:
    """Whether `clip_sim` is complete and says what it should."""
    if CLIP_SIM not in dataset.list_brain_runs():
        return False
    config = dataset.get_brain_info(CLIP_SIM).config
    if backend not in (type(config), config.method):  # the names of stores are the same in all
        return False
    if any(getattr(config, name, None) != value for name, value in wanted.items()):
        return False  # not loaded: that would ask a database that may be gone for good
    found = results_of(dataset, CLIP_SIM)
    close(found)
    return found is not None


def _noted(dataset: Any) -> set[tuple[str, str]]:
    return {(backend, name) for backend, name in record(dataset).get("stores", ())}


def _drop_all_but(dataset: Any, kept: Store | None) -> dict[str, Any]:
    """Drop every store on record but one; of those that could not be, the names."""
    left, stays = {}, {(kept.backend, kept.name)} if kept else set()
    noted = _noted(dataset)
    for store in [Store(*item) for item in sorted(noted - stays)]:
        try:
            require(store.backend)
            vector_stores.drop(store, dataset)
        except ArtLensError as error:
            logging.getLogger(__name__).warning(
                "%s stays in %s: %s", store.name, store.backend, error
            )
            left[store.name] = store.backend
    if noted:
        note(dataset, stores=sorted(stays | {(backend, name) for name, backend in left.items()}))
    return {"stores_left_behind": left} if left else {}
