"""Captions per shard, and what is made of them: kept, continued, tried again, written back."""

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from artlens_pipeline.assets import captioning
from artlens_pipeline.captioners import registry
from artlens_pipeline.captioners.vision_language import VisionLanguageCaptioner
from artlens_pipeline_tests.assets.pipeline import Pipeline, files, first_run, ids
from artlens_pipeline_tests.captioners import checkpoints

WORDS = ("zero_shot_labels", "captions")
OVER_ALL = ("caption_clusters", "caption_topics")


@pytest.fixture
def described(pipeline: Pipeline, source: Path) -> Pipeline:
    """Three shards of twelve works with captions by artlens-words."""
    first_run(pipeline, source)
    pipeline.over_shards("describe")
    return pipeline


@pytest.fixture
def git(tmp_path: Path) -> Path:
    registry._load.cache_clear()
    return checkpoints.git(tmp_path / "git")


def captions(pipeline: Pipeline) -> dict[str, str | None]:
    rows = pipeline.lake.read("captions", ["sample_id", "caption"]).to_pylist()
    return {row["sample_id"]: row["caption"] for row in rows}


def by_model(pipeline: Pipeline, folder: Path, **config: Any) -> dict[str, dict[str, Any]]:
    """Caption all shards by a checkpoint; metadata by shard."""
    from artlens_pipeline.automation.jobs import over

    chosen = {"captioner": str(folder), "max_new_tokens": 6, "num_beams": 1, **config}
    made = pipeline.run(
        "describe",
        config={"ops": {"captions": {"config": chosen}}},
        tags=over(pipeline.shards),
        assets=("captions",),
    )
    return {key.removeprefix("captions/"): facts for key, facts in made.items() if "/" in key}


def test_artlens_words_says_which_made_them_and_stands(described: Pipeline) -> None:
    rows = described.lake.read("captions").to_pylist()
    assert [row["sample_id"] for row in rows] == ids(described, "raw_samples")
    assert {(row["captioner"], row["revision"]) for row in rows} == {("artlens-words", "1")}
    assert all(row["caption"].startswith(("A ", "An ")) for row in rows)
    before = files(described, "captions")
    again = described.over_shards("describe")
    assert all(facts["skipped"] for key, facts in again.items() if key.startswith("captions/"))
    assert files(described, "captions") == before


def test_a_model_captions_by_content_and_only_what_is_new(
    described: Pipeline, source: Path, git: Path
) -> None:
    first = sorted(source.iterdir())[0]
    (source / "twin.jpg").write_bytes(first.read_bytes())
    described.catalog(source=str(source), shard_size=5)
    described.over_shards("ingest", "embed")
    made = by_model(described, git)
    assert sum(facts["captioned"] for facts in made.values()) >= 12
    assert {facts["captioner"] for facts in made.values()} == {"git"}
    said = captions(described)
    assert len(said) == 13 and all(said.values())
    assert all(facts["skipped"] for facts in by_model(described, git).values())
    first.unlink()
    described.catalog(source=str(source), shard_size=5)
    described.over_shards("ingest", "embed")
    made = by_model(described, git)
    assert sum(facts["captioned"] for facts in made.values()) == 0
    assert [facts["skipped"] for facts in made.values()].count(False) == 1
    assert captions(described).items() <= said.items()


def test_other_settings_and_other_weights_caption_anew(
    described: Pipeline, git: Path, tmp_path: Path
) -> None:
    by_model(described, git)
    assert not any(f["skipped"] for f in by_model(described, git, max_new_tokens=3).values())
    assert all(
        f["skipped"]
        for f in by_model(described, git, max_new_tokens=3, sure=0.9, batch_size=2).values()
    ), "what the model is not given changes nothing"
    checkpoints.git(git, seed=1)
    registry._load.cache_clear()
    made = by_model(described, git, max_new_tokens=3)
    assert not any(facts["skipped"] for facts in made.values())


def test_a_work_that_fails_has_none_is_said_and_tried_again(
    described: Pipeline,
    git: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real = VisionLanguageCaptioner.caption
    bad = np.asarray(_pixels(described, 3))

    def fails(self: VisionLanguageCaptioner, works: list[np.ndarray]) -> list[str]:
        if any(work.shape == bad.shape and (work == bad).all() for work in works):
            raise RuntimeError("out of\nmemory")
        return real(self, works)

    with monkeypatch.context() as broken, caplog.at_level("WARNING", "artlens"):
        broken.setattr(VisionLanguageCaptioner, "caption", fails)
        made = by_model(described, git)
    assert sum(facts["failed"] for facts in made.values()) == 1
    said = captions(described)
    assert [sample_id for sample_id, caption in said.items() if caption is None] == [
        ids(described, "raw_samples")[3]
    ]
    assert "out of memory" in caplog.text
    again = by_model(described, git)
    assert sum(facts["captioned"] for facts in again.values()) == 1
    now = captions(described)
    assert all(now.values()) and {k: v for k, v in said.items() if v}.items() <= now.items()


def test_a_killed_run_goes_on_where_it_was(
    described: Pipeline, git: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captioning, "SAVE_S", 0.0)
    real, calls = VisionLanguageCaptioner.caption, []

    def killed(self: VisionLanguageCaptioner, works: list[np.ndarray]) -> list[str]:
        calls.append(len(works))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(self, works)

    with monkeypatch.context() as broken, pytest.raises(BaseException):  # noqa: B017
        broken.setattr(VisionLanguageCaptioner, "caption", killed)
        by_model(described, git, batch_size=2)
    made = by_model(described, git, batch_size=2)
    assert sum(facts["captioned"] for facts in made.values()) == 12 - 4
    assert all(captions(described).values())


def test_topics_are_written_back(described: Pipeline) -> None:
    described.run("analyse", assets=OVER_ALL)
    topics = described.lake.read("caption_topics").to_pylist()
    clusters = described.lake.read("caption_clusters").to_pylist()
    assert sum(topic["works"] for topic in topics) == len(clusters) == 12
    by_id = {row["sample_id"]: row["caption_cluster"] for row in clusters}
    for topic in topics:
        assert {by_id[work] for work in topic["exemplars"]} == {topic["topic"]}
    described.run("publish", assets=("duckdb_warehouse",))
    with duckdb.connect(str(described.home.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "SELECT sample_id, caption, captioner, caption_cluster FROM artworks"
        ).fetchall()
    assert {row[0]: row[1] for row in rows} == captions(described)
    assert {row[0]: row[3] for row in rows} == by_id
    assert {row[2] for row in rows} == {"artlens-words"}
    again = described.run("analyse", assets=OVER_ALL)
    assert all(facts["skipped"] for key, facts in again.items() if key in OVER_ALL)


@pytest.mark.parametrize("space", ["encoder", "words"])
@pytest.mark.parametrize("said", [None, "A picture.", "!"])
def test_captions_that_tell_nothing(described: Pipeline, space: str, said: str | None) -> None:
    import pyarrow as pa

    lake = described.lake
    for shard in lake.shards("captions"):
        table, made = lake.read("captions", shard=shard), lake.provenance("captions", shard)
        column = pa.array([said] * len(table), pa.string())
        assert made is not None
        lake.write("captions", table.set_column(1, "caption", column), made, shard)
    config = {"ops": {"caption_clusters": {"config": {"space": space}}}}
    described.run("analyse", assets=OVER_ALL, config=config)
    topics = lake.read("caption_topics").to_pylist()
    clusters = set(lake.read("caption_clusters")["caption_cluster"].to_pylist())
    if said is None:
        assert topics == [] and clusters == {None}
    else:
        assert clusters == {0} and [topic["works"] for topic in topics] == [12]


def test_an_unpinned_captioner_stays_at_its_commit(
    described: Pipeline, git: Path, hub: Any, tmp_path: Path
) -> None:
    commit = hub.add_repo("model", "painter/writes", git)
    made = by_model(described, Path("painter/writes"))
    assert {facts["revision"] for facts in made.values()} == {commit}
    hub.add_repo("model", "painter/writes", checkpoints.git(tmp_path / "newer", seed=1))
    registry._load.cache_clear()
    assert all(facts["skipped"] for facts in by_model(described, Path("painter/writes")).values())
    provenance = described.lake.provenance("captions", described.shards[0])
    assert provenance is not None
    assert json.loads(json.dumps(provenance.facts))["asked"] == "painter/writes"


def _pixels(pipeline: Pipeline, row: int) -> np.ndarray:
    from artlens_pipeline.sources.reading import PictureTask, read_picture

    work = pipeline.lake.read("raw_samples", ["filepath", "content_hash"]).to_pylist()[row]
    return read_picture(PictureTask("", Path(work["filepath"]), work["content_hash"], 1024))
