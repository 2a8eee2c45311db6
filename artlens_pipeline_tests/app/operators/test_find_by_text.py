"""Find by text: what the index itself says, in that order, whatever was asked before."""

from typing import Any

import pytest

from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline_tests.app.atlas_fixtures import EMBEDDED, call, execute, form, shown
from artlens_pipeline_tests.gallery_fixtures import ENCODER, TABLE, Gallery, sample_id
from artlens_pipeline_tests.nearest import nearest

TEXT = "a blue night over the sea"


def indexed(atlas: Gallery, text: str, k: int) -> list[str]:
    """What `artlens search` finds."""
    vector = load_encoder(ENCODER).embed_texts([text])[0]
    return [i for i, _ in nearest(VectorIndex(str(atlas.index), TABLE), vector, k)]


@pytest.mark.parametrize("text", [TEXT, "x", "a " * 300, "艺术 🎨", "<script>'; DROP TABLE"])
def test_the_order_is_the_indexes(works: Any, atlas: Gallery, text: str) -> None:
    found = call("find_by_text", works, text=text, k=7).values("id")
    copies = {sample_id(24): sample_id(0)}  # two to the byte, whose order is nobody's
    same = [[copies.get(i, i) for i in ids] for ids in (found, indexed(atlas, text, 7))]
    assert same[0] == same[1]


def test_whatever_was_asked_before(works: Any) -> None:
    before = call("find_by_text", works, text=TEXT).values("id")
    assert sorted(before) == EMBEDDED
    for text in ("red", "trees", "a portrait"):
        call("find_by_text", works, text=text, k=3)
    works.sort_by_similarity(sample_id(3), k=5, brain_key="clip_sim")
    assert call("find_by_text", works, text=TEXT).values("id") == before
    assert call("find_by_text", works, text=f"  {TEXT} \n").values("id") == before


def test_inside_a_view_and_among_groups(works: Any) -> None:
    everything = call("find_by_text", works, text=TEXT).values("id")
    view = works.match({"style.label": "Cubism"})
    members = set(view.values("id"))
    best = [i for i in everything if i in members]
    assert call("find_by_text", view, text=TEXT, k=3).values("id") == best[:3]
    groups = works.group_by("style.label")
    assert call("find_by_text", groups, text=TEXT, k=9).values("id") == everything[:9]
    assert call("find_by_text", works.limit(0), text=TEXT).values("id") == []


@pytest.mark.parametrize("k", [5, None])
def test_the_app_shows_them(works: Any, k: int | None) -> None:
    asked = execute("find_by_text", works, text=TEXT, k=k)
    found = call("find_by_text", works, text=TEXT, k=k or 100)
    assert shown(works, asked) == found.values("id")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "give a line of text"),
        ({"text": " \n"}, "give a line of text"),
        ({"text": TEXT, "k": 0}, "the number of works must be at least 1, not 0"),
        ({"text": TEXT, "k": 2.5}, "the number of works must be at least 1, not 2.5"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("find_by_text", works, **params)


def test_a_blank_is_said_in_the_app(works: Any) -> None:
    asked = execute("find_by_text", works, text=" ")
    assert asked["notify"]["message"].startswith("give a line of text")
    assert "set_view" not in asked


def test_a_dataset_without_embeddings_is_said_in_the_form(gallery: Gallery, atlas: Gallery) -> None:
    dataset = gallery.fo.Dataset("without_embeddings", overwrite=True)
    whole = form("find_by_text", dataset)
    assert whole.invalid and "no embeddings" in whole.error_message
    dataset.delete()
