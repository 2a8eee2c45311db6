"""`python -m benchmarks.run_analysis NAME WORKS`: one analysis of made-up vectors, in a process.

What is timed is the first call, imports and compilation included, as in a run. Prints a line of
JSON: seconds, peak memory, and of a map its trustworthiness.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from artlens_pipeline_tests.memory import peak_gb
from benchmarks.collections import DIMENSION, labels, vectors

Vectors = np.ndarray


def _graph(embeddings: Vectors) -> Any:
    from artlens_pipeline.analysis.neighbors import neighbor_graph

    return neighbor_graph(embeddings)[0]


def our_uniqueness(embeddings: Vectors) -> object:
    """The graph is made for it."""
    from artlens_pipeline.analysis.uniqueness import uniqueness

    return uniqueness(_graph(embeddings))


def our_duplicates(embeddings: Vectors) -> object:
    """The graph is made for it; pixels are not compared, as FiftyOne's are not."""
    from artlens_pipeline.analysis.duplicates import near_duplicates

    ids = [f"{number:024x}" for number in range(len(embeddings))]
    return near_duplicates(ids, [None] * len(ids), _graph(embeddings), threshold=0.9)


def our_map(embeddings: Vectors) -> np.ndarray:
    """The graph is made for it."""
    from artlens_pipeline.analysis.projection import umap

    return umap(embeddings, _graph(embeddings)).points


def umap_learn(embeddings: Vectors) -> np.ndarray:
    """As FiftyOne calls it, seeded."""
    from umap import UMAP

    points: np.ndarray = UMAP(random_state=51, n_jobs=1).fit_transform(embeddings)
    return points


def their_uniqueness(embeddings: Vectors) -> object:
    """FiftyOne's, of stored embeddings."""
    import fiftyone.brain as fob

    return fob.compute_uniqueness(_dataset(embeddings), embeddings=embeddings, progress=False)


def their_duplicates(embeddings: Vectors) -> object:
    """FiftyOne's, of stored embeddings."""
    import fiftyone.brain as fob

    return fob.compute_near_duplicates(
        _dataset(embeddings), embeddings=embeddings, threshold=0.1, progress=False
    )


def _dataset(embeddings: Vectors) -> Any:
    import fiftyone as fo

    name = f"benchmark-{len(embeddings)}"
    if name in fo.list_datasets():
        return fo.load_dataset(name)
    dataset = fo.Dataset(name)
    paths = (f"/nowhere/{number}.jpg" for number in range(len(embeddings)))
    dataset.add_samples([fo.Sample(path) for path in paths], progress=False)
    return dataset


ANALYSES: dict[str, Callable[[Vectors], object]] = {
    item.__name__: item
    for item in (
        our_uniqueness,
        our_duplicates,
        our_map,
        umap_learn,
        their_uniqueness,
        their_duplicates,
    )
}


def main(name: str, works: str) -> None:
    """Time it."""
    embeddings = vectors(labels(int(works)), DIMENSION)
    if name.startswith("their"):
        _dataset(embeddings)
    began = time.perf_counter()
    made = ANALYSES[name](embeddings)
    found: dict[str, float] = {"seconds": time.perf_counter() - began}
    found["peak_gb"] = peak_gb()
    if isinstance(made, np.ndarray) and made.ndim == 2:
        from artlens_pipeline.analysis.map_quality import trustworthiness

        found["trustworthiness"] = trustworthiness(embeddings, made.astype(np.float32))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
