"""Each shard: which results it has, which are old, and how much of it was rejected."""

from pathlib import Path

from artlens_pipeline.resources.shard_status import TABLES_BY_SHARD, shard_status
from artlens_pipeline_tests.assets.conftest import pipeline, source
from artlens_pipeline_tests.assets.pipeline import Pipeline

__all__ = ["pipeline", "source"]


def states(pipeline: Pipeline) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in shard_status(pipeline.lake).to_pylist()]


def test_from_missing_to_present_to_stale(pipeline: Pipeline, source: Path) -> None:
    (source / "damaged.png").write_bytes(b"no image")
    pipeline.catalog(source=str(source), shard_size=5)
    shards = ["shard-00000", "shard-00001", "shard-00002"]
    counts = dict(zip(shards, (5, 5, 3), strict=True))
    missing = ("missing",) * len(TABLES_BY_SHARD)
    assert states(pipeline) == [(shard, counts[shard], *missing, None) for shard in shards]
    pipeline.over_shards("ingest")
    for shard, works, *found, share in states(pipeline):
        lacking = ["missing"] * (len(TABLES_BY_SHARD) - 2)
        assert found == ["present", "present", *lacking]
        assert share in (0.0, 1 / counts[str(shard)])
        assert works == counts[str(shard)]
    pipeline.over_shards("embed", "describe")
    assert {state for row in states(pipeline) for state in row[2:-1]} == {"present"}
    next(iter(source.glob("*.jpg"))).unlink()
    pipeline.catalog()
    stale = [row for row in states(pipeline) if "stale" in row]
    present = ("present",) * (len(TABLES_BY_SHARD) - 1)
    assert len(stale) == 1 and stale[0][2:-1] == ("stale", *present)
    assert shard_status(pipeline.lake).num_rows == 3
