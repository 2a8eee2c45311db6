"""Labels from file names and cells."""

import pytest

from artlens_pipeline.sources.labels import labels_from_layout, parse_year


@pytest.mark.parametrize(
    ("key", "artist", "style", "title", "year"),
    [
        ("Fauvism/andre-derain_landscape-near-chatou-1904-1.jpg", "andre-derain", "Fauvism",
         "landscape near chatou", 1904),
        ("Cubism/a_b.jpg", "a", "Cubism", "b", None),
        ("a_room-12.jpg", "a", None, "room 12", None),
        ("deep/Baroque/x-y_untitled.png", "x-y", "Baroque", "untitled", None),
        ("Style/no-underscore-1900.jpg", None, "Style", "no underscore", 1900),
        ("Style/_1900.jpg", None, "Style", "1900", None),
    ],
)  # fmt: skip
def test_classic_layout(
    key: str, artist: str | None, style: str | None, title: str, year: int | None
) -> None:
    labels = labels_from_layout(key)
    assert (labels["artist"], labels["style"]) == (artist, style)
    assert (labels["title"], labels["year"]) == (title, year)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("1889", 1889), (1889.0, 1889), ("c. 1503-06", 1503), ("980", 980), ("", None), (None, None),
     ("undated", None), ("18th century", None), ("12345", None), ("-500", -500), ("-500.0", -500),
    ("-1", None), ("-0", None), ("-9999", None), ("-99.0", None), ("-1000", -1000),
     ("c. 30 BC", -30), ("500 B.C.", -500), ("1889-1890", 1889), ("1889-06-01", 1889),
     ("01.06.1889", 1889), ("43831", None), ("NaN", None)],
)  # fmt: skip
def test_year(cell: object, year: int | None) -> None:
    assert parse_year(cell) == year
