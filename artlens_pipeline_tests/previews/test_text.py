"""Text of others is shown as text: in tables, in pictures and in Markdown."""

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from artlens_pipeline.previews.groups import sizes
from artlens_pipeline.previews.maps import scatter
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.svg import drawing, text
from artlens_pipeline.previews.text import markdown, plain, xml
from artlens_pipeline_tests.previews.pictures import elements

HOSTILE = [
    "<script>alert(1)</script>",
    "](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "[x]: javascript:alert(1)",
    "a|b|c\n|---|",
    "``` `code` ```",
    "# head\n\n- item\n> said",
    "'\"><image href='https://example.org'/>",
    "]]><script/>&amp;&#60;",
    "https://example.org www.example.org a@example.org",
    "\u202egnihtyreve\u2066 snrut\u200b\x00\x1b[31m\ud800\ufffe",
    "e" + "\u0301" * 500,
    "x" * 10_000,
]


@pytest.mark.parametrize("said", HOSTILE)
def test_a_plain_text_is_one_short_line_of_what_is_seen(said: str) -> None:
    shown = plain(said)
    assert len(shown) <= 60 and shown.encode()
    assert not re.search("[\x00-\x1f\u200b\u202e\u2066\u2028]", shown)


@pytest.mark.parametrize("said", HOSTILE)
def test_markdown_shows_it_and_nothing_else(said: str) -> None:
    """In a paragraph, as a picture's name, and in the cell of a table."""
    reader = MarkdownIt("commonmark").enable("table")
    (_, inline, _) = reader.parse(f"a {markdown(said)}")
    assert inline.content and {part.type for part in inline.children or ()} == {"text"}
    assert "".join(part.content for part in inline.children or ()) == f"a {plain(said)}"
    found = reader.parse(f"| a | b |\n|---|---|\n| {markdown(said)} | c |")
    cells = [inline.content for inline in found if inline.type == "inline"]
    assert len(cells) == 4 and cells[-1] == "c"


@pytest.mark.parametrize("said", HOSTILE)
def test_a_picture_shows_it_as_text(said: str) -> None:
    svg = drawing(9, 9, [text(0, 0, said, 400)])
    (root,) = [item for item in ET.fromstring(svg).iter() if item.tag.endswith("text")]
    assert root.text == plain(said, 400 * 10 // 68) and not list(root)
    assert xml(said) == xml(said).strip()


def test_labels_of_others_in_a_picture_and_in_a_table() -> None:
    labels = pd.Series(HOSTILE * 3, dtype=object)
    picture = scatter(pd.DataFrame({"x": labels.index, "y": labels.index}).to_numpy(float), labels)
    assert picture is not None and elements(picture) == {"svg", "path", "text"}
    clusters = pd.Series([0] * len(labels))
    for record in sizes(clusters, labels).records():
        assert all(isinstance(value, str | int | float) for value in record.values())


def test_a_picture_in_markdown_is_one_picture_whatever_it_shows() -> None:
    reader = MarkdownIt("commonmark")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # as the UI takes SVG
    for said in HOSTILE:
        picture = Picture(drawing(200, 20, [text(0, 9, said, 200)]), said)
        (_, inline, _) = reader.parse(picture.markdown())
        (image,) = inline.children or ()
        assert image.type == "image" and image.content.replace("\\", "")
        assert str(image.attrs["src"]).startswith("data:image/svg+xml,%3Csvg")


def test_names_of_columns_are_plain_too() -> None:
    (record,) = Table(("<b>",), [("<b>",)]).records()
    assert record == {"<b>": "<b>"}, "the UI shows both as text"
