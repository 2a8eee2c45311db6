"""The one file of defaults, and a person's own over it."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import ValidationError

from artlens_pipeline.analysis.clustering import kmeans
from artlens_pipeline.assets.caption_topics import CaptionClustersConfig
from artlens_pipeline.assets.cluster_sweep import SweepConfig
from artlens_pipeline.assets.clusters import KMeansConfig
from artlens_pipeline.assets.maps import PcaConfig, ReductionConfig, TsneConfig, UmapConfig
from artlens_pipeline.assets.similarity import GraphConfig
from artlens_pipeline.checks.thresholds import Thresholds
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.settings import GREATEST_SEED, load_settings
from artlens_pipeline_tests.analysis.synthetic import unit_rows
from artlens_pipeline_tests.command import artlens


def test_own_values_win_and_the_rest_stays(tmp_path: Path) -> None:
    own = tmp_path / "artlens.toml"
    own.write_text("[kmeans_clusters]\nn_clusters = 12\n[umap_projection]\nmin_dist = 0\n")
    settings, packaged = load_settings(own), load_settings(tmp_path / "none")
    assert settings["kmeans_clusters"] == {**packaged["kmeans_clusters"], "n_clusters": 12}
    assert settings["umap_projection"]["min_dist"] == 0
    assert settings["neighbor_graph"] == packaged["neighbor_graph"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[kmeans]\nk = 3\n", "no setting"),
        ("[kmeans_clusters]\nclusters = 3\n", "no setting"),
        ("loose = 3\n", "loose"),
        ('[kmeans_clusters]\nn_clusters = "3"\n', "should be like 10"),
        ("[kmeans_clusters]\nn_clusters = true\n", "should be like 10"),
        ("[kmeans_clusters\n", "not valid TOML"),
    ],
)
def test_a_mistake_is_said(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "artlens.toml"
    own.write_text(text)
    with pytest.raises(ArtLensError, match=said):
        load_settings(own)


@pytest.mark.parametrize(
    "config",
    [
        *(GraphConfig, UmapConfig, ReductionConfig, PcaConfig, TsneConfig, KMeansConfig),
        *(CaptionClustersConfig, SweepConfig),
    ],
)
def test_a_seed_is_one_that_every_library_takes(config: type[dg.Config]) -> None:
    made: Any = config(seed=GREATEST_SEED)
    assert len(kmeans(unit_rows(9), 2, seed=made.seed).labels) == 9
    for seed in (-1, GREATEST_SEED + 1):
        with pytest.raises(ValidationError, match="seed"):
            config(seed=seed)


def test_so_is_that_of_the_checks(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text("[checks]\nseed = 2147483648\n")
    with pytest.raises(ArtLensError, match=r"\[checks\] seed = 2147483648: .* 2147483647"):
        Thresholds.of(home)


def test_a_new_home_starts_with_a_file_that_changes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    assert load_settings(home.settings) == load_settings(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("interval_s = 0", "interval_s = 0 should be at least 1"),
        ('nightly = "at three"', "at three"),
    ],
)
def test_a_value_out_of_bounds_is_said_before_any_run(tmp_path: Path, line: str, said: str) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text(f"[automation]\n{line}\n")
    ran = artlens(home, "run", str(tmp_path))
    assert ran.returncode == 2 and said in ran.stderr
    assert "mend it in your home's file" in ran.stderr
