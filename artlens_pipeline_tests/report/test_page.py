"""The page: harmless whatever the texts, whole, within its bytes, and nothing shown that is not."""

import base64
import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.report import atlas, payload
from artlens_pipeline.report.fields import fields_of
from artlens_pipeline.report.gather import Material, gather
from artlens_pipeline.report.page import render
from artlens_pipeline.report.standing import faults, holding, write
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.report.collections import HOSTILE, hostile, made, material

ROOM = 14_000_000
UNKNOWN = ("artist", "year", "style")


def page_of(found: Material, room: int = ROOM, title: str = "") -> str:
    return render(found, made(found), fingerprint="f00d", title=title, room=room)


def test_hostile_texts_are_texts(tmp_path: Path) -> None:
    page = page_of(hostile(tmp_path), title=HOSTILE[1])
    assert faults(page) == []
    outside = page[: page.index('<script type="application/gzip"')]
    assert "<script" not in outside and "onerror=&#34;" in outside
    assert "\u202e" not in page and "\u2028" not in page and "\x00" not in page
    assert "{{ 7 * 7 }}" in page


def test_what_it_would_fetch_or_run_is_found(tmp_path: Path) -> None:
    page = page_of(material(20, tmp_path))
    for harm, said in [
        ('<img src="http://example.org/x.png">', "<img> has src of another place"),
        ('<link rel="stylesheet" href="style.css">', "<link> has href of another place"),
        ('<p onclick="harm()">.</p>', "<p> has onclick"),
        ('<p style="background: url(x)">.</p>', "<p> has style"),
        ("<style>@import 'x'</style>", "<style> fetches something"),
        ("<div>", "</main> closes nothing"),
    ]:
        assert said in faults(page.replace("</main>", f"{harm}</main>")), harm
    for policy in ("default-src 'self'", "script-src 'unsafe-inline'; default-src 'none'"):
        weaker = page.replace("default-src &#39;none&#39;", policy)
        assert "its policy lets something run or be fetched" in faults(weaker)
    assert "it is larger than 15 MB" in faults(page + " " * 15_000_000)


def test_it_says_of_what_it_was_made(tmp_path: Path) -> None:
    write(page_of(material(20, tmp_path)), tmp_path / "report.html")
    held = holding(tmp_path / "report.html")
    assert held is not None
    assert (held.fingerprint, held.works, held.pictured) == ("f00d", 20, 20)
    assert held.chapters == ["clusters", "unique works", "how it was made"]
    assert [path.name for path in tmp_path.glob("*report*")] == ["report.html"]
    (tmp_path / "other.html").write_text("<title>mine</title>")
    assert holding(tmp_path / "other.html") is None and holding(tmp_path / "none.html") is None


def test_a_chapter_of_which_there_is_nothing_is_left_out(tmp_path: Path) -> None:
    page = page_of(material(20, tmp_path))
    assert 'id="clusters"' in page and 'id="making"' in page
    for chapter in ("duplicates", "artists", "quality", "doubts", "rejected"):
        assert f'id="{chapter}"' not in page and f'href="#{chapter}"' not in page


def test_without_a_map_there_is_no_map(tmp_path: Path) -> None:
    found = material(20, tmp_path)
    page = page_of(Material(found.works.drop(columns=["x", "y"]), {}, None, []))
    assert 'id="map"' not in page and not faults(page)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_works(tmp_path: Path, count: int) -> None:
    assert not faults(page_of(material(count, tmp_path)))


def test_thumbnails_that_are_gone_leave_a_place(tmp_path: Path) -> None:
    found = material(30, tmp_path)
    found.works.loc[:9, "thumbnail_path"] = str(tmp_path / "gone.jpg")
    found.works.loc[10:14, "thumbnail_path"] = None
    write(page_of(found), tmp_path / "report.html")
    held = holding(tmp_path / "report.html")
    assert held is not None and held.pictured == 15


def test_where_there_is_no_room_some_works_have_no_thumbnail(tmp_path: Path) -> None:
    found = material(600, tmp_path)
    page = page_of(found, room=600_000)
    assert len(page.encode()) <= 600_000
    write(page, tmp_path / "report.html")
    held = holding(tmp_path / "report.html")
    assert held is not None and 0 < held.pictured < 600
    assert f"{held.pictured} of\n  600 works have a thumbnail here" in page


def test_of_very_many_works_an_even_sample_is_on_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atlas, "MOST", 500)
    found = material(2_000, tmp_path)
    made = atlas.atlas_of(found)
    assert made is not None and len(made.paths) == len(made.data["ids"]) == 500
    whole = payload.places(found.works[["x", "y"]].to_numpy())
    assert np.abs(made.points.mean(axis=0) - whole.mean(axis=0)).max() < payload.GRID / 10
    most = found.works.loc[found.works["uniqueness"].idxmax(), "sample_id"]
    assert most in made.data["ids"]
    assert "500 of 2,000 works are on it" in page_of(found)


def test_it_is_the_same_of_the_same(tmp_path: Path) -> None:
    assert page_of(material(50, tmp_path)) == page_of(material(50, tmp_path))


def test_what_is_unknown_is_not_called_nan(tmp_path: Path) -> None:
    found = material(20, tmp_path)
    found.works.loc[::2, ["title", "artist", "year", "style"]] = None
    page = page_of(found)
    data = json.loads(gzip.decompress(base64.b64decode(_between(page, 'id="data">', "</script>"))))
    assert data["titles"][0] == "" and data["titles"][1].startswith("A work of")
    assert {field["codes"][0] for field in data["fields"] if field["name"] in UNKNOWN} == {-1}
    assert ">nan" not in page and "None" not in page and ">untitled<" in page


def _between(page: str, start: str, end: str) -> str:
    return page.partition(start)[2].partition(end)[0]


def test_a_cluster_has_the_name_of_its_profile_and_else_its_number(tmp_path: Path) -> None:
    found = material(60, tmp_path)
    ids, none = found.works["sample_id"], [[]] * 2
    profiles = {"clustering": "kmeans", "cluster": [0, 1], "name": ["boats <b>", None]}
    chosen = {"exemplars": [ids[:2].tolist(), []], "oddest": none}
    named = Material(found.works, {"cluster_profiles": pd.DataFrame(profiles | chosen)}, None, [])
    page = page_of(named)
    first, second = (_between(page, f'id="kmeans-{number}">', "</article>") for number in (0, 1))
    assert first.startswith("boats &lt;b&gt;</h4>") and first.count("<img") == 2
    assert second.startswith("Cluster 1</h4>") and second.count("<img") > 2


def test_numbers_keep_their_values() -> None:
    values = [1503.0, 1887.0, np.nan, 1999.0]
    frame = pd.DataFrame({"year": values, "share": [0.1, 0.2, 0.3, np.inf]})
    year, share = fields_of(frame, {})
    stepped = payload._stepped(year, 4)
    assert [stepped["least"] + code * stepped["step"] for code in stepped["codes"][:2]] == values[
        :2
    ]
    assert stepped["codes"][2] == -1 and stepped["whole"]
    assert payload._stepped(share, 4)["codes"] == [0, 512, 1023, -1]


def test_places_keep_the_shape_of_the_map() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0], [np.nan, 1.0]])
    found = payload.places(points)
    assert found[0][0] == 0 and found[1][0] == payload.GRID
    assert found[0][1] - found[2][1] == pytest.approx(payload.GRID / 2, abs=1), "up is up"
    assert found[3].tolist() == [-1, -1]


def test_a_finished_home_has_all_chapters(finished: Home) -> None:
    found = gather(Warehouse(finished.warehouse))
    assert found.neighbors is not None and found.neighbors.shape == (len(found.works), 5)
    assert (found.neighbors >= 0).all()
    page = page_of(found)
    assert not faults(page)
    for chapter in ("map", "clusters", "unique", "duplicates", "quality", "rejected", "making"):
        assert f'id="{chapter}"' in page
    assert str(finished.root) not in page, "where it was made is nobody's business"


@pytest.mark.slow
@pytest.mark.parametrize(("count", "least"), [(10_000, 10_000), (80_000, 1_000)])
def test_a_whole_collection_fits(tmp_path: Path, count: int, least: int) -> None:
    """Of noise, which compresses worse than any painting, not all 10,000 need fit."""
    write(page_of(material(count, tmp_path)), tmp_path / "report.html")
    held = holding(tmp_path / "report.html")
    assert held is not None and held.pictured >= least / 2
    assert (tmp_path / "report.html").stat().st_size <= ROOM
