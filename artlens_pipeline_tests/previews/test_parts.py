"""However much there is to be shown, an event holds little."""

from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest
from dagster._serdes import serialize_value

from artlens_pipeline.previews import groups, maps, scores, works
from artlens_pipeline.previews.metadata import as_metadata
from artlens_pipeline.previews.parts import MOST_BYTES, Picture, Preview, Table, within
from artlens_pipeline.previews.svg import drawing
from artlens_pipeline_tests.previews.pictures import noise

MANY = 10_000


def stored(preview: Preview) -> int:
    """Bytes of the entry as Dagster stores it."""
    made = dg.AssetMaterialization("a", metadata={"name": as_metadata(preview)})
    return len(serialize_value(made)) - len(serialize_value(dg.AssetMaterialization("a")))


@pytest.fixture
def long_labels() -> pd.Series:
    return pd.Series([f"{n} " + "long " * 200 for n in range(MANY)])


def test_ten_thousand_labels(long_labels: pd.Series) -> None:
    points = np.random.default_rng(0).normal(size=(MANY, 2))
    catalog = pd.DataFrame({"style": long_labels, "artist": long_labels, "shard": "s"})
    ranked = pd.DataFrame({"artist": long_labels, "rank": range(MANY), "n": 1, "is_unknown": False})
    shown = {
        "map": maps.scatter(points, long_labels),
        "kinds": works.kinds_of_work(catalog),
        "clusters": groups.sizes(pd.Series(range(MANY)), long_labels),
        "artists": scores.artists(ranked.assign(mean=0.5, ci_low=0.1, ci_high=0.9)),
        "reasons": works.reasons(long_labels),
    }
    for name, preview in shown.items():
        assert preview is not None and stored(preview) < 28_000, name
    kept = within(shown, MOST_BYTES)
    assert sum(map(stored, kept.values())) <= MOST_BYTES and len(kept) >= 3


def test_huge_pictures_that_hardly_compress(tmp_path: Path) -> None:
    paths = [noise(tmp_path / "noise.jpg", 1500, 1200)] * 299
    paths.append(noise(tmp_path / "huge.jpg", 4096, 4096))
    sheet = works.contact_sheet(paths, MOST_BYTES)
    ends = scores.both_ends(np.linspace(0, 1, 300), paths, "most", "least")
    clusters = pd.Series(np.arange(300) % 30)
    middle = groups.exemplars(clusters, pd.Series(np.zeros(300)), pd.Series(paths))
    for picture in (sheet, ends, middle):
        assert picture is not None and stored(picture) <= MOST_BYTES
    assert works.contact_sheet(paths, 5_000) is not None
    assert works.contact_sheet(paths, 500) is None


def test_what_does_not_fit_is_left_out_and_tables_lose_rows() -> None:
    large = Picture(drawing(1, 1, ["x" * MOST_BYTES]), "too large")
    rows = [(n, "word " * 12) for n in range(400)]
    kept = within({"large": large, "table": Table(("n", "words"), rows), "none": None}, 3_000)
    assert set(kept) == {"table"} and stored(kept["table"]) <= 3_000
    *shown, last = kept["table"].records()  # type: ignore[union-attr]
    assert 5 < len(shown) < 40 and last == {"n": f"and {400 - len(shown)} more", "words": ""}
    assert within({"table": Table(("n", "words"), rows)}, 200) == {}


def test_sizes_are_what_dagster_stores() -> None:
    table = Table(("name", "x", "y"), [("word " * 12, n, n / 7) for n in range(30)])
    picture = Picture(drawing(1, 1, ["x" * 10_000]), "a picture")
    for preview in (table, picture):
        assert stored(preview) <= preview.size <= 1.3 * stored(preview)


def test_numbers_that_are_none() -> None:
    rows = [(float("nan"), None, True, float("inf"), 0.123456, 3)]
    (record,) = Table(("a", "b", "c", "d", "e", "f"), rows).records()
    assert list(record.values()) == ["", "", "yes", "", 0.123, 3]
