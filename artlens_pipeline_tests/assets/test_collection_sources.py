"""Sources added, replaced, moved or wrong: which works the home then holds, under which ids."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run, ids
from artlens_pipeline_tests.sources.huggan import write_parquet
from artlens_pipeline_tests.sources.pictures import rows


def test_adding_a_source_keeps_the_first(pipeline: Pipeline, source: Path, tmp_path: Path) -> None:
    first_run(pipeline, source, limit=5)
    other = tmp_path / "other"
    shutil.copytree(source, other)
    with pytest.raises(dg.Failure, match="--add"):
        pipeline.catalog(source=str(other))
    pipeline.catalog(source=str(other), mode="add", limit=5, shard_size=5)
    pipeline.over_shards()
    assert len(set(ids(pipeline, "clip_embeddings"))) == 10
    assert pipeline.lake.read("raw_samples")["source"].to_pylist() == [""] * 5 + ["other"] * 5


def test_replacing_by_a_moved_copy_embeds_nothing(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    first_run(pipeline, source)
    before = ids(pipeline, "clip_embeddings")
    moved = source.rename(tmp_path / "moved")
    pipeline.catalog(source=str(moved), mode="replace", shard_size=5)
    made = pipeline.over_shards()
    assert ids(pipeline, "clip_embeddings") == before
    assert sum(made[f"clip_embeddings/{shard}"]["encoded"] for shard in pipeline.shards) == 0
    paths = pipeline.lake.read("raw_samples")["filepath"].to_pylist()
    assert all(Path(path).is_relative_to(moved) for path in paths)


def test_a_stray_image_does_not_stand_for_a_folder_of_parquet(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parquet"
    write_parquet(folder / "a.parquet", rows(4))
    pipeline.catalog(source=str(folder))
    before = pipeline.lake.read("source_catalog")
    shutil.copy(next(source.glob("*.jpg")), folder / "cover.jpg")
    with pytest.raises(dg.Failure, match=r"none of its 4 works any more.*--replace"):
        pipeline.catalog()
    assert pipeline.lake.read("source_catalog").equals(before)
    pipeline.catalog(source=str(folder), mode="replace")
    present = pipeline.lake.read("source_catalog").to_pandas().query("status == 'present'")
    assert present["source_key"].tolist() == ["cover.jpg"]


def test_replacing_by_less_leaves_less(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    pipeline.catalog(source=str(source), mode="replace", limit=2, shard_size=5)
    pipeline.over_shards()
    assert len(ids(pipeline, "clip_embeddings")) == 2 and pipeline.shards == ["shard-00000"]


def test_replacing_by_other_works_of_the_same_names_gives_them_other_ids(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    names = sorted(path.name for path in source.iterdir())
    (tmp_path / "others").mkdir()
    for name, other in zip(names[:5], names[5:10], strict=True):
        shutil.copy(source / other, tmp_path / "others" / name)
    pipeline.catalog(source=str(tmp_path / "others"), mode="replace", shard_size=5)
    pipeline.over_shards()
    others = ids(pipeline, "raw_samples")
    assert len(others) == 5 and not set(others) & set(before)
    moved = (tmp_path / "others").rename(tmp_path / "moved")
    pipeline.catalog(source=str(moved), mode="replace", shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == others
    pipeline.catalog(source=str(source), mode="replace", limit=5, shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before


def test_saving_all_files_anew_and_replacing_keeps_the_ids(
    pipeline: Pipeline, source: Path
) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    for path in source.iterdir():
        path.write_bytes(path.read_bytes() + b"\0")
    pipeline.catalog(source=str(source), mode="replace", limit=5, shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before


def test_replacing_needs_a_source(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    with pytest.raises(dg.Failure, match="replace needs the source"):
        pipeline.catalog(mode="replace")


def test_a_wrong_source_is_not_put_on_record(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(dg.Failure, match="holds no images"):
        pipeline.catalog(source=str(tmp_path / "empty"))
    assert pipeline.catalog(source=str(source))["works"] == 12


def test_a_damaged_ledger_is_said_and_kept(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    path = pipeline.lake.path("source_catalog")
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(dg.Failure, match=r"source_catalog\.parquet is damaged"):
        pipeline.catalog(source=str(source))
    assert path.read_bytes() == b"PAR1 nothing"
