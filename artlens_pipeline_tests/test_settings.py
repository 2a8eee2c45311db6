"""The one file of defaults, and a person's own over it."""

from pathlib import Path

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.settings import load_settings
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
