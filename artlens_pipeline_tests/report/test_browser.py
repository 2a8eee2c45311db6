"""The report as a person has it before them: a file in Chromium, without a network."""

from itertools import pairwise, product
from pathlib import Path

import pytest

from artlens_pipeline.report.gather import Material
from artlens_pipeline.report.page import render
from artlens_pipeline.report.standing import write
from artlens_pipeline_tests.browser import chromium
from artlens_pipeline_tests.report.collections import HOSTILE, hostile, made, material
from artlens_pipeline_tests.report.reader import opened, until

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


def written(found: Material, folder: Path) -> Path:
    page = render(found, made(found), fingerprint="f00d", title="", room=14_000_000)
    write(page, folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return written(material(400, folder), folder)


def test_the_map_is_looked_at(file: Path) -> None:
    with opened(file) as seen:
        seen.ready()
        page = seen.page
        assert page.locator("#still").count() == 0
        page.locator("#canvas").scroll_into_view_if_needed()
        left, top = seen.point_at_a_work()
        tip = page.locator("#tip")
        assert (
            tip.inner_text().startswith("A work of number") and "style: Style" in tip.inner_text()
        )
        until(lambda: page.locator("#tip canvas").evaluate(DRAWN))
        page.mouse.click(left, top)
        card = page.locator("#pinned")
        assert card.get_by_role("heading").inner_text().startswith("A work of number")
        assert len(card.locator(".id").inner_text()) == 24
        card.get_by_label("Close this card").click()
        assert not card.is_visible()
        assert not seen.amiss


def test_colours_legend_and_zoom_change_the_map(file: Path) -> None:
    with opened(file) as seen:
        seen.ready()
        page, pictures = seen.page, [seen.pixels()]
        page.select_option("#colour", "kmeans_cluster")
        pictures.append(seen.pixels())
        page.locator("#legend button").first.click()
        assert page.locator("#legend button").first.get_attribute("aria-pressed") == "true"
        pictures.append(seen.pixels())
        page.select_option("#colour", "uniqueness")
        assert page.locator("#legend .ramp").is_visible()
        pictures.append(seen.pixels())
        page.get_by_label("Zoom in").click()
        pictures.append(seen.pixels())
        page.locator("#canvas").focus()
        page.keyboard.press("ArrowLeft")
        pictures.append(seen.pixels())
        assert len(set(pictures)) == len(pictures), "each looks otherwise"
        page.keyboard.press("0")
        page.keyboard.press("Enter")
        assert not seen.amiss


def test_on_a_phone_a_tap_chooses_and_two_fingers_zoom(file: Path) -> None:
    with opened(file, 390, 844, has_touch=True, is_mobile=True) as seen:
        seen.ready()
        page, touch = seen.page, seen.page.context.new_cdp_session(seen.page)
        canvas = page.locator("#canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        spots = product(range(20, int(box["height"]), 20), range(20, int(box["width"]), 20))
        for top, left in spots:
            page.touchscreen.tap(box["x"] + left, box["y"] + top)
            if page.locator("#pinned").is_visible():
                break
        assert page.locator("#tip .name").inner_text() == page.locator("#pinned h3").inner_text()
        page.touchscreen.tap(box["x"] + 3, box["y"] + 3)
        assert not page.locator("#pinned").is_visible() and not page.locator("#tip").is_visible()
        before, (x, y) = seen.pixels(), (box["x"] + box["width"] / 2, box["y"] + 100)

        def send(kind: str, *apart: int) -> None:
            points = [{"x": x + way * far, "y": y} for far in apart for way in (-1, 1)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        send("touchStart", 30)
        for apart in range(40, 120, 10):
            send("touchMove", apart)
        send("touchEnd")
        until(lambda: seen.pixels() != before)
        assert page.evaluate("visualViewport.scale") == 1, "the map is zoomed, not the page"
        assert not seen.amiss


def test_search_finds_titles_and_labels(file: Path) -> None:
    with opened(file) as seen:
        seen.ready()
        page, words = seen.page, seen.page.locator("#found-words")
        page.fill("#query", "WORK number 317")
        page.get_by_text("1 work found").wait_for()
        page.locator("#found-list button").click()
        assert page.locator("#pinned h3").inner_text() == "A work of number 317"
        page.fill("#query", "stylé 7")
        page.get_by_text("works found").wait_for()
        assert int(words.inner_text().split()[0]) > 5
        page.fill("#query", "nowhere to be found")
        page.get_by_text("Nothing found").wait_for()
        page.fill("#query", "")
        words.wait_for(state="hidden")
        assert not seen.amiss


@pytest.mark.parametrize("width", [360, 390, 820, 1440])
def test_no_width_scrolls_sideways(tmp_path: Path, width: int) -> None:
    with opened(written(hostile(tmp_path), tmp_path), width, 844) as seen:
        seen.ready()
        open_all = "document.querySelectorAll('details').forEach(part => { part.open = true })"
        seen.page.evaluate(open_all)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_texts_do_nothing_and_are_read(tmp_path: Path) -> None:
    with opened(written(hostile(tmp_path), tmp_path)) as seen:
        seen.ready()
        page = seen.page
        page.fill("#query", "window.harmed")
        page.get_by_text("works found").wait_for()
        page.locator("#found-list button").first.click()
        assert page.locator("#pinned h3").inner_text() == HOSTILE[0]
        assert page.locator("#pinned .swatches span").count() == 2
        page.select_option("#colour", "zero_shot_style")
        page.select_option("#colour", "artist")
        assert page.locator("#legend").get_by_text(HOSTILE[0]).count()
        assert page.evaluate("window.harmed === undefined && !document.querySelector('[onerror]')")
        assert not seen.amiss


def test_what_is_injected_cannot_run(file: Path, tmp_path: Path) -> None:
    """If a text ever came through unescaped, the page's policy would still stop it."""
    harm = "<script>window.harmed = 1</script><img src='http://127.0.0.1:9/x' onerror='harmed = 1'>"
    spoiled = tmp_path / "spoiled.html"
    spoiled.write_text(file.read_text().replace("<main", f"{harm}<main", 1))
    with opened(spoiled) as seen:
        seen.ready()
        assert seen.page.evaluate("window.harmed === undefined")
        assert any("Content Security Policy" in said for said in seen.amiss)


def test_without_a_script_all_but_exploring_the_map_works(file: Path) -> None:
    with opened(file, java_script_enabled=False) as seen:
        page = seen.page
        assert page.locator("#still").is_visible() and page.locator("#legend li").count() == 10
        assert page.get_by_text("A still picture of the map").is_visible()
        assert not page.locator("#map-tools").is_visible()
        page.get_by_role("link", name="Unique works").click()
        assert page.locator("#unique img").count() == 24
        assert not seen.amiss


def test_dark_and_light_by_the_system_and_by_the_button(file: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with opened(file, color_scheme="dark") as seen:
        seen.ready()
        dark = seen.page.evaluate(ground)
        seen.page.locator("#theme").click()
        light = seen.page.evaluate(ground)
        seen.page.locator("#theme").click()
        assert seen.page.evaluate(ground) == dark != light
    with opened(file, color_scheme="light") as seen:
        assert seen.page.evaluate(ground) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(file: Path, scheme: str) -> None:
    """WCAG's AA: a contrast of 4.5 for ordinary text."""
    with opened(file, color_scheme=scheme) as seen:
        seen.ready()
        found = seen.page.evaluate(CONTRASTS)
        assert found and min(found.values()) >= 4.5, found


def test_headings_are_in_order_and_everything_has_a_name(file: Path) -> None:
    with opened(file) as seen:
        seen.ready()
        levels = seen.page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(one => Number(one.tagName[1]))"
        )
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        nameless = seen.page.evaluate(NAMELESS)
        assert nameless == []


DRAWN = "one => one.getContext('2d').getImageData(0, 0, 9, 9).data.some(value => value > 0)"
CONTRASTS = """() => {
  const light = (colour) => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = {};
  for (const one of document.querySelectorAll('body *:not(option, optgroup, script, noscript)')) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found[`${one.tagName}.${one.className} ${one.textContent.slice(0, 20)}`] = ratio;
  }
  return found;
}"""
NAMELESS = """() => [
  ...[...document.images].filter((one) => !one.alt),
  ...[...document.querySelectorAll('button')].filter(
    (one) => !one.textContent.trim() && !one.getAttribute('aria-label')),
  ...[...document.querySelectorAll('table')].filter((one) => !one.caption),
  ...[...document.querySelectorAll('th')].filter((one) => !one.scope),
  ...[...document.querySelectorAll('input, select')].filter((one) => !one.labels.length),
].map((one) => one.outerHTML.slice(0, 200))"""
