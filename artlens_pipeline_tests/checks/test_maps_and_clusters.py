"""Maps and clusters that tell little: a person is warned, and nothing stops."""

import numpy as np
import pandas as pd
import pytest

from artlens_pipeline.checks.clusters import COLUMNS
from artlens_pipeline.checks.maps import PREFIXES
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import everywhere, random_directions, shuffled


@pytest.mark.parametrize(("table", "prefix"), PREFIXES.items())
def test_a_map_whose_places_mean_nothing(asked: Asked, table: str, prefix: str) -> None:
    asked.spoil(table, shuffled(f"{prefix}x", f"{prefix}y"))
    answers = asked(table)
    both = {"trustworthiness", "neighbors_kept"}
    assert failed(answers) == both & set(answers) and len(failed(answers)) in (1, 2)
    assert not any(answers[name].blocking for name in failed(answers))
    said = str(answers["trustworthiness"].description)
    assert "(threshold 0.75; a random map has .5)" in said and f"change [{table}] in" in said


@pytest.mark.parametrize(("table", "column"), COLUMNS.items())
def test_clusters_that_are_none(asked: Asked, table: str, column: str) -> None:
    asked.spoil(table, shuffled(column))
    answers = asked(table)
    assert failed(answers) == {"silhouette"} and not answers["silhouette"].blocking
    said = str(answers["silhouette"].description)
    assert "(threshold 0.01): works lie as near to other clusters as to their own" in said


def test_a_reduction_that_nothing_can_be_made_of(asked: Asked) -> None:
    def spoilt(frame: pd.DataFrame) -> pd.DataFrame:
        points = np.stack(frame["reduction"].tolist())
        points[5, 2] = np.nan
        return frame.assign(reduction=list(points))

    asked.spoil("umap_reduction", spoilt)
    answers = asked("umap_reduction")
    assert failed(answers) == {"finite_points"} and answers["finite_points"].blocking
    assert str(answers["finite_points"].description).startswith("1 points are not finite; ")


def test_clusters_that_hang_on_the_seed(asked: Asked) -> None:
    for shard in asked.lake.shards("clip_embeddings"):
        asked.spoil("clip_embeddings", random_directions, shard)
    answers = asked("kmeans_clusters")
    assert "stability" in failed(answers) and not answers["stability"].blocking
    assert answers["stability"].metadata["adjusted_rand_index"].value < 0.2
    assert str(answers["stability"].description).startswith("clusters hang on the seed: ")


def test_nothing_but_noise_is_no_fault(asked: Asked) -> None:
    asked.spoil("hdbscan_clusters", everywhere("hdbscan_cluster", -1))
    answer = asked("hdbscan_clusters")["silhouette"]
    assert answer.passed
    assert answer.description == "no two clusters to compare; 58 are noise"
