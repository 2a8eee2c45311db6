"""The colours of works beneath them: as wide as their shares, in as many bytes as there are."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from artlens_pipeline.previews.palettes import MOST, palettes
from artlens_pipeline_tests.previews.pictures import noise, thumbnails

COLORS = [f"#{shade:02x}4080" for shade in range(10)]


def test_each_work_stands_above_its_colours(tmp_path: Path) -> None:
    path = noise(tmp_path / "a.jpg", 300, 200)
    picture = palettes([(path, ["#ff0000", "#0000ff"], [0.75, 0.25]), ("", [], [])], 30_000)
    assert picture is not None and picture.shows == "the colours of 1 of 2 works"
    bars = [item for item in ET.fromstring(picture.svg).iter() if item.tag.endswith("rect")]
    assert [bar.get("fill") for bar in bars] == ["#ff0000", "#0000ff"]
    assert [float(bar.get("width", "")) for bar in bars] == [48, 16]
    assert len(thumbnails(picture)) == 1


@pytest.mark.parametrize("most", [3_000, 10_000, 30_000])
def test_it_takes_no_more_bytes_than_it_may(tmp_path: Path, most: int) -> None:
    path = noise(tmp_path / "a.jpg", 300, 200)
    picture = palettes([(path, COLORS, [0.1] * 10)] * 250, most)
    assert picture is not None and picture.size <= most
    assert 1 <= len(thumbnails(picture)) <= MOST


def test_of_nothing_there_is_nothing(tmp_path: Path) -> None:
    assert palettes([], 30_000) is None
    assert palettes([("", [], [])], 30_000) is None
    assert palettes([("gone.jpg", ["#000000"], [1.0])], 100) is None
