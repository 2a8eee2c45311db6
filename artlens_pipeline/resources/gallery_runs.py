"""The brain runs of a gallery: those of `MAPS`, `clip_vis` first, and what all runs have in common.

Belongs here: registering what the pipeline computed already. No run embeds or projects anything.
A run that says what it should stays; of a map what has moved is moved. A kill in between leaves a
run out, empty or without its index, and the next publish mends that. An App that is open meanwhile
may show the old map for up to 15 minutes (FiftyOne's server caches it). Does not belong here:
`clip_sim` (`gallery_similarity`).
"""

from typing import Any

import numpy as np
import pandas as pd

from artlens_pipeline.resources.gallery_documents import write

CLIP_SIM = "clip_sim"
MAPS = {"clip_vis": ("x", "y"), "clip_pca": ("pca_x", "pca_y"), "clip_tsne": ("tsne_x", "tsne_y")}
"""Visualisation runs, and the columns that place the works; the first is the map."""


def publish_map(dataset: Any, artworks: pd.DataFrame, key: str) -> bool:
    """Make the run `key` from its columns of `MAPS`; works without both are not on the map.

    Returns whether there is a run now: without a single point there is none.
    """
    import fiftyone.brain as fob

    ids, points = _placed(artworks, MAPS[key])
    if not len(ids):
        delete(dataset, key)
        return False
    results = results_of(dataset, key)
    if results is None:
        delete(dataset, key)
        fob.compute_visualization(
            dataset,
            points=dict(zip(ids, points, strict=True)),
            points_field=key,
            create_index=False,
            brain_key=key,
            progress=False,
        )
        _index_points(dataset, key, points)
    else:
        _redraw(dataset, key, results, ids, points)
    return True


def _placed(artworks: pd.DataFrame, axes: tuple[str, str]) -> tuple[list[str], np.ndarray]:
    if not set(axes) <= set(artworks.columns):
        return [], np.empty((0, 2))
    points = artworks[list(axes)].to_numpy(dtype=float)
    placed = np.isfinite(points).all(axis=1)
    return artworks["sample_id"].to_numpy()[placed].tolist(), points[placed]


def _redraw(dataset: Any, key: str, results: Any, ids: list[str], points: np.ndarray) -> None:
    """Move what has moved; the index goes first and comes last, so that a kill shows."""
    placed = dataset._sample_collection.find({key: {"$ne": None}}, {key: True})
    stored = {str(document["_id"]): document[key] for document in placed}
    wanted = dict(zip(ids, points.tolist(), strict=True))
    moved = {i: {key: wanted.get(i)} for i in stored | wanted if stored.get(i) != wanted.get(i)}
    indexed = key in dataset.get_index_information()
    shown = np.array_equal(results.sample_ids, ids) and np.array_equal(results.points, points)
    if indexed and shown and not moved:
        return
    if indexed:
        dataset.drop_index(key)
    write(dataset, moved)
    results.points, results.sample_ids = points, np.array(ids)
    results.save()
    _index_points(dataset, key, points)


def _index_points(dataset: Any, key: str, points: np.ndarray) -> None:
    """MongoDB's `2d` index, which the lasso uses.

    FiftyOne's own takes the extreme coordinates as bounds, and fails where they are one (N = 1).
    """
    margin = float(np.ptp(points)) * 0.01 + 1.0
    low, high = float(points.min()) - margin, float(points.max()) + margin
    dataset.create_index([(key, "2d")], min=low, max=high)


def results_of(dataset: Any, brain_key: str) -> Any:
    """The run's results; None for a run that is not there, was never finished, or lost its file."""
    if brain_key not in dataset.list_brain_runs():
        return None
    try:
        return dataset.load_brain_results(brain_key, cache=False)
    except AttributeError:
        # MongoEngine takes whatever happens for a file that is gone, also a database that is.
        dataset._sample_collection.database.command("ping")
        return None


def delete(dataset: Any, brain_key: str) -> None:
    """Remove a run and its field, if they are there; a store in a vector database stays."""
    if brain_key in dataset.list_brain_runs():
        dataset.delete_brain_run(brain_key)
    if dataset.has_field(brain_key):
        dataset.delete_sample_field(brain_key)
