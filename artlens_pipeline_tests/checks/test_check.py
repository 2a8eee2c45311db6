"""An answer is given again while the files and thresholds that it rests on are the same."""

import os
from pathlib import Path
from typing import Any

import pytest

from artlens_pipeline.analysis import cluster_quality, map_quality
from artlens_pipeline.checks.thresholds import Thresholds
from artlens_pipeline.commands.check import check_settings
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline_tests.checks.asking import Answers, Asked, failed
from artlens_pipeline_tests.checks.faults import shuffled


def said(answers: Answers) -> dict[str, Any]:
    return {name: (item.passed, item.description, item.metadata) for name, item in answers.items()}


def test_what_did_not_change_is_not_measured_again(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = said(asked("umap_projection"))
    with monkeypatch.context() as patched:
        patched.delattr(map_quality, "trustworthiness")
        assert said(asked("umap_projection")) == before
    asked.home.settings.write_text("[checks]\nmin_trustworthiness = 1.0\n")
    assert failed(asked("umap_projection")) == {"trustworthiness"}


def test_what_was_written_anew_is_measured_again(asked: Asked) -> None:
    assert not failed(asked("kmeans_clusters"))
    asked.spoil("kmeans_clusters", shuffled("kmeans_cluster"))
    assert failed(asked("kmeans_clusters")) == {"silhouette"}
    assert failed(asked("kmeans_clusters")) == {"silhouette"}
    path = Path(str(asked.lake.path("clip_embeddings", "shard-00000")))
    os.utime(path)
    assert failed(asked("kmeans_clusters")) == {"silhouette"}


def test_a_check_that_cannot_be_asked_says_so(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(cluster_quality, "silhouette")
    with pytest.raises(AssertionError, match="was not asked to the end"):
        asked("kmeans_clusters")


@pytest.mark.parametrize("line", ["max_novelty = 2.0", "min_works = -1", "sample = 1"])
def test_a_threshold_out_of_bounds_is_one_line(tmp_path: Path, line: str) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text(f"[checks]\n{line}\n")
    with pytest.raises(ArtLensError, match=r"\[checks\] " + line.replace("-", r"\-") + ": Input"):
        Thresholds.of(home)


def test_the_packaged_thresholds_are_within_their_bounds() -> None:
    check_settings()
