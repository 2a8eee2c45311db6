"""Materialize from the App: every asset is offered, and what cannot be is said at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline_tests.app.atlas_fixtures import URI, form
from artlens_pipeline_tests.gallery_fixtures import Gallery


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "home"))
    yield Home.current().create()


def test_every_asset_is_offered_with_its_words(atlas: Gallery, home: Home, works) -> None:
    from artlens_pipeline.definitions import build_defs

    asked = form("materialize", works).type.properties
    choices = {c.value: c.description for c in asked["assets"].view.choices}
    graph = build_defs(home).resolve_asset_graph()
    known = {key.to_user_string() for key in graph.materializable_asset_keys}
    assert set(choices) == known and all(choices.values())
    order = list(choices)
    assert (
        order.index("raw_samples")
        < order.index("clip_embeddings")
        < order.index("fiftyone_dataset")
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"assets": None}, "choose an asset to materialize"),
        ({"assets": []}, "choose an asset to materialize"),
        ({"assets": ["no_such_asset"]}, "no_such_asset"),
    ],
)
def test_what_cannot_be_is_said(atlas: Gallery, home: Home, given, words: str) -> None:
    import fiftyone.operators as foo

    with pytest.raises(ArtLensError, match=words):
        foo.get_operator(f"{URI}materialize")(**given)
