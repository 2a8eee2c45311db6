"""The two brain runs of a gallery: `clip_sim` (search) and `clip_vis` (the map).

Belongs here: registering what the pipeline computed already. Neither run embeds, projects or
copies anything. A run that says what it should stays; another is deleted and made again. A kill in
between leaves it out or empty, and the next publish mends that. An App that is open meanwhile may
show the old map for up to 15 minutes (FiftyOne's server caches it); searches are always fresh.
"""

from typing import Any

import numpy as np
import pandas as pd

from artlens_pipeline.encoders import encoder_info

CLIP_SIM = "clip_sim"
CLIP_VIS = "clip_vis"


def publish_similarity(
    dataset: Any, *, encoder: str, index_uri: str | None, table_name: str | None
) -> bool:
    """Point `clip_sim` at the LanceDB table, with the zoo model that embeds its prompts.

    Returns whether there is a run now: without a table there is none.
    """
    import fiftyone.brain as fob

    from artlens_pipeline.app.similarity import LakeSimilarityConfig
    from artlens_pipeline.app.zoo import ZOO_NAME

    if index_uri is None or table_name is None:
        _delete(dataset, CLIP_SIM)
        return False
    wanted = {
        "model": ZOO_NAME,
        # The revision makes another run of a retrained encoder, which an open App then loads.
        "model_kwargs": {"encoder": encoder, "revision": encoder_info(encoder).revision},
        "index_uri": index_uri,
        "table_name": table_name,
    }
    if not _stands(dataset, wanted):
        _delete(dataset, CLIP_SIM)
        backend = LakeSimilarityConfig
        fob.compute_similarity(
            dataset, brain_key=CLIP_SIM, backend=backend, embeddings=False, **wanted
        )
    return True


def _stands(dataset: Any, wanted: dict[str, Any]) -> bool:
    """Whether `clip_sim` is complete and says what it should."""
    if _results(dataset, CLIP_SIM) is None:
        return False
    config = dataset.get_brain_info(CLIP_SIM).config
    return all(getattr(config, name, None) == value for name, value in wanted.items())


def publish_map(dataset: Any, artworks: pd.DataFrame) -> bool:
    """Make `clip_vis` from the columns x and y; works without both are not on the map.

    Returns whether there is a run now: without a single point there is none.
    """
    import fiftyone.brain as fob

    ids, points = _placed(artworks)
    if not len(ids):
        _delete(dataset, CLIP_VIS)
        return False
    if not _drawn(dataset, ids, points):
        _delete(dataset, CLIP_VIS)
        fob.compute_visualization(
            dataset,
            points=dict(zip(ids, points, strict=True)),
            points_field=CLIP_VIS,
            create_index=False,
            brain_key=CLIP_VIS,
            progress=False,
        )
        _index_points(dataset, points)
    return True


def _placed(artworks: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    if not {"x", "y"} <= set(artworks.columns):
        return [], np.empty((0, 2))
    points = artworks[["x", "y"]].to_numpy(dtype=float)
    placed = np.isfinite(points).all(axis=1)
    return artworks["sample_id"].to_numpy()[placed].tolist(), points[placed]


def _drawn(dataset: Any, ids: list[str], points: np.ndarray) -> bool:
    """Whether `clip_vis` is complete, index included, and shows these points."""
    results = _results(dataset, CLIP_VIS)
    if results is None or CLIP_VIS not in dataset.get_index_information():
        return False
    placed = dataset._sample_collection.find({CLIP_VIS: {"$ne": None}}, {"_id": True})
    shown = dict(zip(map(str, results.sample_ids), map(tuple, results.points), strict=True))
    wanted = dict(zip(ids, map(tuple, points), strict=True))
    return shown == wanted and {str(document["_id"]) for document in placed} == set(ids)


def _index_points(dataset: Any, points: np.ndarray) -> None:
    """MongoDB's `2d` index, which the lasso uses.

    FiftyOne's own takes the extreme coordinates as bounds, and fails where they are one (N = 1).
    """
    margin = float(np.ptp(points)) * 0.01 + 1.0
    low, high = float(points.min()) - margin, float(points.max()) + margin
    dataset.create_index([(CLIP_VIS, "2d")], min=low, max=high)


def _results(dataset: Any, brain_key: str) -> Any:
    """The run's results; None for a run that is not there or was never finished."""
    if brain_key not in dataset.list_brain_runs():
        return None
    return dataset.load_brain_results(brain_key, cache=False)


def _delete(dataset: Any, brain_key: str) -> None:
    if brain_key in dataset.list_brain_runs():
        dataset.delete_brain_run(brain_key)
    if dataset.has_field(brain_key):
        dataset.delete_sample_field(brain_key)
