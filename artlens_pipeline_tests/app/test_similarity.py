"""The lake's index behind `clip_sim`: many ids and few give the same vectors, in order."""

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline_tests.gallery_fixtures import TABLE, Gallery, sample_id

COUNT, DIMENSIONS = 2500, 8


@pytest.fixture(scope="module")
def index(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory):
    """`clip_sim` of a dataset over a table of 2500 vectors, and these vectors by id."""
    uri = tmp_path_factory.mktemp("large")
    ids = [sample_id(number) for number in range(COUNT)]
    rows = np.random.default_rng(0).normal(size=(COUNT, DIMENSIONS)).astype(np.float32)
    column = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), DIMENSIONS)
    table = pa.table({"id": ids, "sample_id": ids, "vector": column})
    lancedb.connect(str(uri)).create_table(TABLE, table)
    Gallery(gallery.fo, gallery.env, uri, gallery.artworks).publish("large_index")
    dataset = gallery.fo.load_dataset("large_index")
    return dataset.load_brain_results("clip_sim"), dict(zip(ids, rows, strict=True))


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, COUNT])
def test_the_vectors_of_chosen_ids(index, count: int) -> None:
    results, rows = index
    ids = np.random.default_rng(count).permutation(list(rows))[:count].tolist()
    vectors, found, labels = results.get_embeddings(ids)
    assert found.tolist() == ids and labels is None
    np.testing.assert_array_equal(vectors, np.stack([rows[i] for i in ids]))


@pytest.mark.parametrize("count", [10, 1500])
def test_unknown_ids_are_left_out_or_refused(index, count: int) -> None:
    results, rows = index
    known = list(rows)[:count]
    ids = [sample_id(10**6), *known, sample_id(10**6 + 1)]
    vectors, found, _ = results.get_embeddings(ids)
    assert found.tolist() == known and len(vectors) == count
    with pytest.raises(ValueError, match="not in the similarity index"):
        results.get_embeddings(ids, allow_missing=False)


def test_all_and_none(index) -> None:
    results, rows = index
    vectors, found, _ = results.get_embeddings()
    assert sorted(found) == sorted(rows) and vectors.shape == (COUNT, DIMENSIONS)
    np.testing.assert_array_equal(vectors[0], rows[found[0]])
    vectors, found, _ = results.get_embeddings([])
    assert len(vectors) == len(found) == 0
    vectors, found, _ = results.get_embeddings(sample_id(3))
    assert found.tolist() == [sample_id(3)]
