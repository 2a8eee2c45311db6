"""Colours by what people call them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.color_names import colors_in, named_colors
from artlens_pipeline.errors import ArtLensError


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ochre", ["#bf9005"]),
        ("Ochre and deep blue", ["#bf9005", "#040273"]),
        ("a deep blue, blue and some white tones", ["#040273", "#0343df", "#ffffff"]),
        ("#AABBCC", ["#aabbcc"]),
        ("#abc #123456", ["#aabbcc", "#123456"]),
        ("burnt sienna/prussian blue".replace("/", ", "), ["#b04e0f", "#004577"]),
        ("rebeccapurple", ["#663399"]),
    ],
)
def test_a_text_names_colours(text: str, codes: list[str]) -> None:
    assert ["#" + bytes(colour).hex() for colour in colors_in(text)] == codes


def test_every_name_is_found_as_itself() -> None:
    for name, code in named_colors().items():
        assert ["#" + bytes(colour).hex() for colour in colors_in(name)] == [code], name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no colour"),
        ("the and of", "names no colour"),
        ("vermilon", "did you mean vermil"),
        ("a stormy sea", "no colour is called 'stormy'"),
        ("#12345", "'#12345' is no colour"),
        ("#ggg", "no colour"),
        ("'; DROP TABLE artworks; --", "no colour"),
    ],
)
def test_what_names_none_is_said(text: str, said: str) -> None:
    with pytest.raises(ArtLensError, match=said):
        colors_in(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=5))
def test_a_code_is_its_colour_in_either_case(colours: list[tuple[int, int, int]]) -> None:
    codes = ["#" + bytes(colour).hex() for colour in colours]
    assert colors_in(" and ".join(codes)) == colors_in(", ".join(codes).upper()) == colours
