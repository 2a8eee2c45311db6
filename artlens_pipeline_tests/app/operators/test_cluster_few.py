"""Few works, works that are all one, and values that only a library knows to be wrong."""

import math
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import BROKEN, EMBEDDED, call, values
from artlens_pipeline_tests.gallery_fixtures import TABLE, Gallery, sample_id

FEW = {"n_clusters": 3}
METHODS = {"kmeans": FEW, "birch": FEW, "agglomerative": FEW, "hdbscan": {"min_cluster_size": 2}}
EACH = pytest.mark.parametrize("method", list(METHODS))
SPACES = pytest.mark.parametrize("space", ["embeddings", "map"])


@EACH
@SPACES
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_works(works: Any, method: str, space: str, count: int) -> None:
    summary = call("cluster", works.limit(count), method=method, space=space, **METHODS[method])
    found = values(works, "my_clusters.label")
    assert set(found) == set(EMBEDDED[:count]) and summary["works"] == count
    assert summary["clusters"] == len(set(found.values()) - {"noise"})


@EACH
@SPACES
def test_no_works(works: Any, method: str, space: str) -> None:
    with pytest.raises(ArtLensError, match="there are no works here"):
        call("cluster", works.limit(0), method=method, space=space)


@SPACES
def test_works_without_a_vector_are_left_out(works: Any, space: str) -> None:
    summary = call("cluster", works.skip(20), space=space, n_clusters=2)
    assert summary["works"] == 6 and sample_id(BROKEN) not in values(works, "my_clusters")
    missing = "has an embedding" if space == "embeddings" else "is on the map"
    with pytest.raises(ArtLensError, match=f"none of these works {missing}"):
        call("cluster", works.select(sample_id(BROKEN)), space=space)


@EACH
def test_works_that_are_all_the_same(gallery: Gallery, atlas: Gallery, tmp_path, method) -> None:
    ids = gallery.artworks["sample_id"].tolist()
    vector = np.zeros(8, np.float32)
    vector[0] = 1.0
    flat = pa.array(np.tile(vector, len(ids)))
    table = {"id": ids, "sample_id": ids, "vector": pa.FixedSizeListArray.from_arrays(flat, 8)}
    lancedb.connect(str(tmp_path)).create_table(TABLE, pa.table(table))
    one_place = gallery.artworks.assign(x=1.0, y=2.0)
    Gallery(gallery.fo, gallery.env, tmp_path, one_place).publish("all_the_same")
    dataset = gallery.fo.load_dataset("all_the_same", reload=True)
    for space in ("embeddings", "map"):
        options = {**METHODS[method], "field": f"{method}_{space}"}
        summary = call("cluster", dataset, method=method, space=space, **options)
        assert len(values(dataset, f"{method}_{space}.label")) == 24
        assert summary["clusters"] <= 3, (space, summary)


def test_a_value_that_the_library_refuses_is_said(works: Any) -> None:
    with pytest.raises(ArtLensError, match=r"k-means cannot do it: The 'tol'"):
        call("cluster", works, tol=math.inf)
    assert not works.has_field("my_clusters")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"method": "dbscan"}, "no method 'dbscan'; there is: kmeans, hdbscan"),
        ({"space": "style"}, "no space 'style'; there is: embeddings, map"),
        ({"n_clusters": 0}, "n_clusters: should be greater than or equal to 1, not 0"),
        ({"seed": 2**31}, "seed: should be less than or equal to 2147483647, not 2147483648"),
        ({"n_cluster": 3}, "no parameter n_cluster; there is: method, space, field, n_clusters"),
        ({"method": "birch", "tol": 0.1}, "no parameter tol; there is: "),
        ({"n_clusters": 0, "tol": -1.0}, "n_clusters: .*; tol: should be greater"),
        ({"method": "agglomerative", "metric": "cosine"}, "ward knows no metric cosine"),
        ({"method": "agglomerative", "memory_gb": 1e-9, "connectivity": "none"}, "memory"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("cluster", works, **params)
    assert not works.has_field("my_clusters")
