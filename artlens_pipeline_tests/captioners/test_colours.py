"""Names of colours, alone and of palettes."""

import pytest

from artlens_pipeline.captioners.colours import contrast, in_words, named


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("#000000", "black"), ("#ffffff", "white"), ("#808080", "grey"), ("#e11a1a", "red"),
        ("#ffb6c1", "pink"), ("#ff8c00", "orange"), ("#ffe135", "yellow"), ("#2e8b57", "green"),
        ("#556b2f", "olive"), ("#40e0d0", "turquoise"), ("#1e3fa8", "blue"), ("#6a0dad", "purple"),
        ("#6b4423", "brown"), ("#c58f3d", "ochre"), ("#f5ecd7", "cream"), ("#d2b89b", "beige"),
        ("#1f1b1e", "black"), ("#3a3640", "grey"), ("#87ceeb", "blue"), ("#8b0000", "red"),
    ],
)  # fmt: skip
def test_names(code: str, name: str) -> None:
    assert named(code).name == name


@pytest.mark.parametrize("code", ["red", "#12", "#gggggg", ""])
def test_what_is_no_colour(code: str) -> None:
    with pytest.raises(ValueError):
        named(code)


def test_a_palette_in_words() -> None:
    assert in_words([]) == ""
    assert in_words([("#000000", 1.0)]) == "black"
    assert in_words([("#0b3d1e", 0.5), ("#123f20", 0.5)]) == "dark greens"
    assert in_words([("#e00000", 0.8), ("#ffffff", 0.11)]) == "vivid red"
    many = [("#e11a1a", 0.25), ("#1e3fa8", 0.25), ("#ffe135", 0.25), ("#000000", 0.25)]
    assert in_words(many) == "black, dark blue and vivid red"
    assert in_words([("#000000", 0.1)] * 3) == "black", "together they have their share"


def test_contrast_is_the_spread_of_lightness() -> None:
    assert contrast([]) is None
    assert contrast([("#777777", 1.0)]) == 0.0
    assert contrast([("#000000", 0.5), ("#ffffff", 0.5)]) == pytest.approx(0.5, abs=1e-4)
