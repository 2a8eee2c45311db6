"""`python -m benchmarks.run_growth WORKS`: the analyses of so many made-up vectors, one by one.

Prints a line of JSON: by analysis its seconds and the peak memory up to its end, in GB; and the
recall of the graph, how it was made, and the trustworthiness of the map.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from artlens_pipeline.analysis import clustering, projection
from artlens_pipeline.analysis.duplicates import near_duplicates
from artlens_pipeline.analysis.map_quality import trustworthiness
from artlens_pipeline.analysis.neighbors import neighbor_graph
from artlens_pipeline.analysis.uniqueness import uniqueness
from artlens_pipeline_tests.memory import peak_gb
from benchmarks.collections import DIMENSION, labels, vectors


def main(works: int) -> None:
    """Embeddings stay in memory throughout, as they do in an asset; FiftyOne has no part in it."""
    found: dict[str, tuple[float, float]] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        peak = peak_gb()
        found[name] = (time.perf_counter() - began, peak)
        print(name, *found[name], file=sys.stderr, flush=True)

    embeddings, ids = vectors(labels(works), DIMENSION), [f"{n:024x}" for n in range(works)]
    with step("embeddings in memory"):
        pass
    with step("neighbour graph"):
        graph, report = neighbor_graph(embeddings)
    with step("uniqueness"):
        uniqueness(graph)
    with step("near-duplicates"):
        near_duplicates(ids, [None] * works, graph, threshold=0.9, ratio=0.75)
    with step("k-means"):
        clustering.kmeans(embeddings, 10, n_init=4)
    with step("map"):
        points = projection.umap(embeddings, graph).points
    with step("HDBSCAN on the map"):
        clustering.hdbscan(points, 15, 5)
    quality = {"recall": report.recall, "trustworthiness": trustworthiness(embeddings, points)}
    print(json.dumps({"steps": found, "method": report.method, **quality}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
