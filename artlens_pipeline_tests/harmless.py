"""That texts of others are shown as texts: in Dagster's events, and in a report."""

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dagster as dg
from markdown_it import MarkdownIt
from playwright.sync_api import Page

from artlens_pipeline_tests.report.reader import opened

DRAWN = {"svg", "g", "path", "text", "rect", "image", "polyline", "line", "circle", "tspan"}
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
HREF = "{http://www.w3.org/1999/xlink}href"
HIT = (
    "window.hit === undefined && !document.querySelector("
    '\'[onerror], [onload], a[href^="javascript:"], img[src*="127.0.0.1:1"]\')'
)
"""Whether nothing ran in a page, and nothing that would."""


def events(instance: dg.DagsterInstance) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Metadata of every materialization and every check, by what it is of."""
    for key in instance.all_asset_keys():
        name = key.to_user_string()
        for record in instance.fetch_materializations(key, limit=100).records:
            made = record.asset_materialization
            assert made is not None
            yield name, made.metadata
    for run in instance.get_runs():
        kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
        for entry in instance.all_logs(run.run_id, of_type=kind):
            done = entry.get_dagster_event().asset_check_evaluation_data
            said = dg.MetadataValue.md(done.description or "")
            yield done.check_name, {**done.metadata, "said": said}


def assert_events_are_harmless(instance: dg.DagsterInstance) -> set[str]:
    """Every table, picture and text of the event log; gives the names of what was seen."""
    seen = set()
    for name, metadata in events(instance):
        for label, value in metadata.items():
            place = f"{name}: {label}"
            if isinstance(value, dg.MarkdownMetadataValue) and label != "said":
                assert_is_a_picture(value.value or "", place)
            elif isinstance(value, dg.MarkdownMetadataValue):
                assert_is_plain_markdown(value.value or "", place)
            elif isinstance(value, dg.TableMetadataValue):
                for record in value.records:
                    assert_is_seen([*record.data.keys(), *record.data.values()], place)
            elif isinstance(value, dg.JsonMetadataValue):
                assert_is_seen(value.value, place)
            elif isinstance(value, dg.UrlMetadataValue):
                assert (value.value or "").startswith("file:///"), place
            seen.add(label)
    return seen


def assert_is_seen(found: Any, place: str) -> None:
    """Texts of one line, without what is not seen or turns text around."""
    if isinstance(found, dict):
        found = [*found.keys(), *found.values()]
    if isinstance(found, list | tuple):
        for item in found:
            assert_is_seen(item, place)
    elif isinstance(found, str):
        assert len(found) <= 1_000, f"{place}: {found[:80]!r}"
        assert not [c for c in found if unicodedata.category(c) in UNSEEN], f"{place}: {found!r}"


def assert_is_plain_markdown(said: str, place: str) -> None:
    """Words, and code; no link, no picture, no HTML."""
    kinds = {
        part.type
        for token in MarkdownIt("commonmark").enable("table").parse(said)
        for part in (token, *(token.children or ()))
    }
    assert not kinds & {"html_inline", "html_block", "image", "link_open"}, f"{place}: {said!r}"


def assert_is_a_picture(said: str, place: str) -> None:
    """One SVG in place, of shapes and texts."""
    reader = MarkdownIt("commonmark")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # as the UI takes SVG
    (_, inline, _) = reader.parse(said)
    (image,) = inline.children or ()
    assert image.type == "image", place
    source = str(image.attrs["src"])
    assert source.startswith("data:image/svg+xml,"), place
    for item in ET.fromstring(unquote(source.partition(",")[2])).iter():
        assert item.tag.rpartition("}")[2] in DRAWN, f"{place}: {item.tag}"
        for name, value in item.attrib.items():
            assert not name.lower().startswith("on") and "style" not in name, f"{place}: {name}"
            if name in ("href", HREF):
                assert value.startswith("data:image/webp;base64,"), f"{place}: {value[:80]}"


def assert_nothing_runs(page: Page, amiss: list[str]) -> None:
    """In the browser, so far."""
    assert page.evaluate(HIT) and not amiss, amiss


def assert_report_is_harmless(file: Path, texts: list[str]) -> None:
    """A reader colours the map by everything, searches for texts and opens what is found."""
    with opened(file) as seen:
        seen.ready()
        page = seen.page
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        for option in page.locator("#colour option").all():
            page.select_option("#colour", option.get_attribute("value"))
        seen.point_at_a_work()
        for said in texts:
            words = re.findall(r"[!-~]+", said)[:3]
            page.fill("#query", " ".join(words))
            page.locator("#found-list button").first.click()
            assert page.locator("#pinned h3").inner_text()
        assert_nothing_runs(page, seen.amiss)
