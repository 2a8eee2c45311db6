"""One home holds one collection."""

import json
from pathlib import Path

import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.sources.selection import Selection

ALL = Selection()


def test_another_source_is_refused_unless_said_how() -> None:
    held = Collection().admit("/a", ALL)
    with pytest.raises(ArtLensError, match=r"this home holds /a; give --add .* --replace"):
        held.admit("/b", ALL)
    assert [item.uri for item in held.admit("/b", ALL, "add").sources] == ["/a", "/b"]
    replaced = held.admit("/b", ALL, "replace")
    assert [(item.name, item.uri) for item in replaced.sources] == [("", "/b")]


def test_names_of_added_sources_are_unique() -> None:
    held = Collection().admit("/a", ALL)
    for uri in ("/x/My Art", "/y/my-art", "/z/…"):
        held = held.admit(uri, ALL, "add")
    assert [item.name for item in held.sources] == ["", "my-art", "my-art-2", "source"]


def test_a_known_source_takes_the_new_selection() -> None:
    held = Collection().admit("/a", Selection(limit=5)).admit("/b", ALL, "add").admit("/a", ALL)
    assert [item.selection for item in held.sources] == [ALL, ALL]


def test_it_is_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert Collection.load(home) == Collection()
    held = Collection(encoder="e").admit("/ä b", Selection(sample=5, seed=3))
    held.save(home)
    assert Collection.load(home) == held


@pytest.mark.parametrize(
    ("text", "said"), [("{", "damaged"), ("[]", "damaged"), ('{"format": 99}', "another version")]
)
def test_a_record_that_cannot_be_read_is_said(tmp_path: Path, text: str, said: str) -> None:
    home = Home(tmp_path)
    home.collection.write_text(text)
    with pytest.raises(ArtLensError, match=said):
        Collection.load(home)
    assert home.collection.read_text() == text


def test_the_record_is_plain_json(tmp_path: Path) -> None:
    Collection(encoder="e").admit("/a", Selection(limit=2)).save(Home(tmp_path))
    assert json.loads((tmp_path / "collection.json").read_text())["sources"] == [
        {
            "name": "",
            "uri": "/a",
            "selection": {"limit": 2, "sample": None, "seed": 0},
            "revision": "",
        }
    ]


def test_a_record_without_a_revision_is_read(tmp_path: Path) -> None:
    (tmp_path / "collection.json").write_text('{"format": 1, "sources": [], "encoder": "e"}')
    held = Collection.load(Home(tmp_path))
    assert (held.encoder, held.revision) == ("e", "")
    held.check_encoder("any")
