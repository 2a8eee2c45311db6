"""The lake: whole files or none, vectors of fixed length, encoders side by side."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from upath import UPath

from artlens_pipeline.resources.lake import Lake, Provenance, ResultMissingError, slug
from artlens_pipeline.vectors import as_column, as_matrix

IDS = pa.array(["a" * 24, "b" * 24])


def made(fingerprint: str = "f") -> Provenance:
    return Provenance(
        fingerprint, "r", {"raw_samples": "x"}, "2026-01-01T00:00:00+00:00", "run", "e"
    )


def embeddings(vectors: np.ndarray) -> pa.Table:
    text = pa.array(["x"] * len(vectors))
    return pa.table(
        {
            "sample_id": IDS[: len(vectors)],
            **dict.fromkeys(("content_hash", "encoder", "revision", "precision"), text),
            "embedding": as_column(vectors.astype(np.float32)),
        }
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(UPath(tmp_path / "lake"), "artlens-mini")


def test_vectors_are_fixed_size_lists_and_come_back(lake: Lake) -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    path = lake.write("clip_embeddings", embeddings(vectors), made(), "shard-00000")
    assert pq.read_schema(path).field("embedding").type == pa.list_(pa.float32(), 3)
    read = lake.read("clip_embeddings", ["embedding"])
    np.testing.assert_array_equal(as_matrix(read["embedding"]), vectors)


@pytest.mark.parametrize("shape", [(0, 3), (1, 0), (2, 0), (0, 0)])
def test_no_rows_and_no_columns_survive(lake: Lake, shape: tuple[int, int]) -> None:
    column = as_column(np.zeros(shape, np.float32))
    ids = IDS[: shape[0]]
    columns = {"sample_id": ids, "neighbors": column, "similarities": column}
    columns["embedding_hash"] = pa.array(ids, pa.string())
    lake.write("neighbor_graph", pa.table(columns), made())
    assert as_matrix(lake.read("neighbor_graph")["neighbors"]).shape == shape


def test_shards_follow_each_other_by_name(lake: Lake) -> None:
    for shard in ("shard-00010", "shard-00002", "shard-00000"):
        rows = [{"sample_id": shard, "reason": "no"}]
        data = pa.Table.from_pylist(rows, pa.schema([("sample_id", pa.string())]))
        for name in ("source", "source_key", "shard", "reason", "stamp"):
            data = data.append_column(name, pa.array([""]))
        lake.write("rejected_samples", data, made(shard), shard)
    ids = lake.read("rejected_samples")["sample_id"].to_pylist()
    assert ids == lake.shards("rejected_samples") == ["shard-00000", "shard-00002", "shard-00010"]


def test_provenance_is_stored_with_the_file(lake: Lake) -> None:
    lake.write("clip_embeddings", embeddings(np.eye(2)), made(), "shard-00000")
    assert lake.provenance("clip_embeddings", "shard-00000") == made()
    assert lake.provenance("clip_embeddings", "shard-00001") is None


def test_half_a_file_counts_as_none(lake: Lake) -> None:
    path = lake.write("clip_embeddings", embeddings(np.eye(2)), made(), "shard-00000")
    path.write_bytes(path.read_bytes()[:-20])
    assert lake.provenance("clip_embeddings", "shard-00000") is None


def test_a_failed_write_leaves_the_old_file_and_no_litter(lake: Lake) -> None:
    path = lake.write("clip_embeddings", embeddings(np.eye(2)), made("old"), "shard-00000")
    with pytest.raises(KeyError):
        lake.write("clip_embeddings", pa.table({"sample_id": IDS}), made("new"), "shard-00000")
    assert lake.provenance("clip_embeddings", "shard-00000") == made("old")
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_encoders_stand_side_by_side(lake: Lake) -> None:
    other = Lake(lake.root, "openai/clip-vit-base-patch32")
    lake.write("clip_embeddings", embeddings(np.eye(2)), made("a"), "shard-00000")
    other.write("clip_embeddings", embeddings(np.eye(3)[:2]), made("b"), "shard-00000")
    assert as_matrix(lake.read("clip_embeddings")["embedding"]).shape == (2, 2)
    assert as_matrix(other.read("clip_embeddings")["embedding"]).shape == (2, 3)
    assert lake.version("clip_embeddings") != other.version("clip_embeddings")


def test_slugs_are_safe_and_never_shared() -> None:
    names = ["artlens-mini", "a/b", "a_b", "a\\b", "../..", "", "ü", "x" * 300, "x" * 301]
    slugs = [slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(item and "/" not in item and "." not in item and len(item) < 100 for item in slugs)


def test_what_is_missing_is_said(lake: Lake) -> None:
    with pytest.raises(ResultMissingError, match="materialize neighbor_graph first"):
        lake.read("neighbor_graph")
    assert lake.version("neighbor_graph") is None and lake.shards("raw_samples") == []


def test_a_dropped_shard_is_gone_from_every_table(lake: Lake) -> None:
    lake.write("clip_embeddings", embeddings(np.eye(2)), made(), "shard-00000")
    lake.drop_shard("shard-00000")
    assert lake.shards("clip_embeddings") == []
