"""What `make run` shows: the default gallery through all assets, searched as it suggests."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.atelier.words.colours import colour_words
from artlens_pipeline.commands.run import SEARCHES
from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.gallery_app import running_app, sort_ids
from artlens_pipeline_tests.painted_gallery import accidents, rows
from artlens_pipeline_tests.test_truth import known, pairs

pytestmark = pytest.mark.slow
Right = Callable[[dict[str, str], np.ndarray], bool]


def shows(row: dict[str, str], *things: str) -> bool:
    return set(things) <= set(row["subjects"].split(";"))


SAYS: dict[str, Right] = {
    "boats on a blue sea": lambda row, pixels: (
        shows(row, "boat", "sea") and "blue" in colour_words(pixels)
    ),
    "a dark portrait": lambda row, pixels: row["genre"] == "portrait" and pixels.mean() < 255 / 3,
    "pastel trees": lambda row, pixels: (
        shows(row, "tree") and bool(colour_words(pixels) & {"pastel", "bright"})
    ),
}
"""What the searches that `artlens run` suggests must find."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("default")
    paint_gallery(folder)
    return folder


@pytest.fixture(scope="module")
def home(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("run") / "home").create()
    done = artlens(home, "run", str(folder), check=True)
    assert "998 works, 2 rejected" in done.stdout and "small encoder" in done.stdout
    assert all(f'artlens search "{text}"' in done.stdout for text in SEARCHES)
    return home


@pytest.fixture(scope="module")
def app(home: Home) -> Iterator[str]:
    with running_app("artlens", home.environment()) as url:
        yield url


def test_the_suggested_searches_are_these() -> None:
    assert set(SEARCHES) == set(SAYS)


@pytest.mark.parametrize("text", SEARCHES)
def test_a_search_gives_what_it_says(home: Home, folder: Path, app: str, text: str) -> None:
    found = json.loads(artlens(home, "search", text, "--json", check=True).stdout)
    listed = {str(folder / row["path"]): row for row in rows(folder)}
    right = []
    for item in found:
        pixels = np.asarray(decode(Path(item["filepath"])).image)
        right.append(SAYS[text](listed[item["filepath"]], pixels))
    assert np.mean(right) >= 0.8, right
    assert sort_ids(app, "artlens", text, k=10) == [item["sample_id"] for item in found]


def test_the_truth_is_found(home: Home, folder: Path) -> None:
    assert pairs(home, "exact") == known(folder, "exact_duplicate")
    near, copies = pairs(home, "near"), known(folder, "near_duplicate")
    assert len(near & copies) >= 11  # of 12
    # One disc on a plain ground may well be a crop of another: nobody could tell.
    assert all(path.startswith("minimalism/") for pair in near - copies for path in pair)
    assert len(near - copies) <= 10
    query = "SELECT source_key FROM artworks ORDER BY uniqueness DESC LIMIT 50"
    first = {key for (key,) in Warehouse(home.warehouse).query(query)[1]}
    strays = {row["path"] for row in accidents(folder, "odd_one_out")}
    assert len(strays & first) >= 4  # of 5; the matrix code resembles Op Art


def test_clusters_follow_style_or_genre(home: Home) -> None:
    """Most works share their HDBSCAN cluster's commonest style or genre."""
    query = (
        "SELECT avg(n / total) FROM (SELECT max(n) AS n, any_value(total) AS total FROM ("
        "SELECT hdbscan_cluster, count(*) AS n, "
        "sum(count(*)) OVER (PARTITION BY hdbscan_cluster) AS total FROM artworks "
        "WHERE hdbscan_cluster >= 0 GROUP BY hdbscan_cluster, style) GROUP BY hdbscan_cluster)"
    )
    ((purity,),) = Warehouse(home.warehouse).query(query)[1]
    assert purity > 0.8
