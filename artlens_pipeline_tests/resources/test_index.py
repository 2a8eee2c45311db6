"""The vector index against plain arithmetic."""

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from time import sleep

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources import index as index_module
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline_tests.nearest import nearest


def unit(n: int, d: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_it_finds_what_a_matrix_product_finds(tmp_path: Path) -> None:
    vectors, query = unit(500), unit(1, seed=1)[0]
    index = VectorIndex(str(tmp_path))
    index.hold(pa.array([f"{n:024x}" for n in range(500)]), vectors)
    found = nearest(index, query, 20)
    order = np.argsort(-(vectors @ query), kind="stable")[:20]
    assert [int(sample_id, 16) for sample_id, _ in found] == order.tolist()
    np.testing.assert_allclose([s for _, s in found], (vectors @ query)[order], atol=1e-5)


def test_others_replace_it(tmp_path: Path) -> None:
    index = VectorIndex(str(tmp_path))
    assert index.hold(pa.array(["a", "b"]), unit(2)) == 2
    assert index.hold(pa.array(["c"]), unit(1, d=8)) == 1
    assert [sample_id for sample_id, _ in nearest(index, unit(1, d=8)[0], 10)] == ["c"]
    assert index.hold(pa.array([], pa.string()), unit(0, d=8)) == 0
    assert nearest(index, unit(1, d=8)[0], 10) == []
    assert index.hold(pa.array(["d"]), unit(1, d=8)) == 1


def test_few_that_are_new_are_written_alone(tmp_path: Path) -> None:
    """Added, changed and removed at once, by names that would be trouble in SQL."""
    names, vectors = [f"o'{n:04x}" for n in range(200)], unit(210)
    index = VectorIndex(str(tmp_path))
    index.hold(pa.array(names), vectors[:200])
    now, moved = vectors[3:205].copy(), vectors[209]
    now[7] = moved
    ids = [*names[3:], *(f"new{n}" for n in range(5))]
    assert index.hold(pa.array(ids), now) == 6
    assert index.hold(pa.array(ids), now) == 0
    held = index.contents()
    places = {name: row for row, name in enumerate(held["id"].to_pylist())}
    assert sorted(places) == sorted(ids)
    rows = [places[name] for name in ids]
    assert np.array_equal(as_matrix(held["vector"])[rows], now)
    assert nearest(index, moved, 1)[0][0] == ids[7]


def test_a_clock_that_was_set_back_costs_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(days=1)

    index = VectorIndex(str(tmp_path))
    index.hold(pa.array(["a", "b"]), unit(2))
    needed = index.newest_version()
    monkeypatch.setattr(index_module, "datetime", Yesterday)
    index.hold(pa.array(["c"]), unit(1))
    index.forget_old_versions(needed)
    held = replace(index, version=needed).contents()
    assert held["id"].to_pylist() == ["a", "b"]


def test_a_version_that_is_needed_stays_and_what_is_older_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "KEPT", timedelta(seconds=0.7))
    index, versions = VectorIndex(str(tmp_path)), []
    for seed in range(3):
        index.hold(pa.array([f"{seed}-{n}" for n in range(5)]), unit(5, seed=seed))
        versions.append(index.newest_version())
        sleep(1)

    def ids(version: int | None) -> set[str]:
        found = nearest(replace(index, version=version), unit(1)[0], 5)
        return {sample_id[0] for sample_id, _ in found}

    assert [ids(version) for version in (*versions, None)] == [{"0"}, {"1"}, {"2"}, {"2"}]
    assert len(index.old_versions(versions[1])) == 1
    index.forget_old_versions(versions[1])
    assert [ids(version) for version in versions] == [{"2"}, {"1"}, {"2"}]
    index.forget_old_versions()
    assert [ids(version) for version in versions] == [{"2"}] * 3


def test_without_an_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="artlens run FOLDER"):
        VectorIndex(str(tmp_path)).require()
