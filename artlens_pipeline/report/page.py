"""The page: material in, HTML out, within a budget of bytes."""

from typing import Any

from artlens_pipeline.previews.text import plain
from artlens_pipeline.report.atlas import atlas_of
from artlens_pipeline.report.chapters import artists, clusters, doubts, extremes, quality
from artlens_pipeline.report.chapters.cards import Shelf
from artlens_pipeline.report.chapters.making import Making
from artlens_pipeline.report.gather import Material
from artlens_pipeline.report.pictures import Album
from artlens_pipeline.report.sprites import Sheets
from artlens_pipeline.report.still import SIDE
from artlens_pipeline.report.template import fill

CARDS_SHARE = 0.25
"""Of the room, at most, for the pictures of cards; the map has the rest."""
NAMES = {
    "clusterings": "clusters",
    "unique": "unique works",
    "duplicates": "near-duplicates",
    "ranking": "artists",
    "effects": "image quality",
    "doubts": "label doubts",
    "rejected": "rejected",
    "making": "how it was made",
}
NO_SHEETS = Sheets(0, [], [], [], [])


def render(material: Material, making: Making, *, fingerprint: str, title: str, room: int) -> str:
    """The page, of at most `room` bytes, where its texts alone are not more."""
    shelf = Shelf(material.works, Album(int(room * CARDS_SHARE)))
    chapters = _chapters(shelf, material) | {"making": making}
    atlas = atlas_of(material)
    page: dict[str, Any] = {
        "title": plain(title, 120) or f"An atlas of {len(material.works):,} works",
        "fingerprint": fingerprint,
        "facts": _facts(material),
        "works": len(material.works),
        "chapters": [NAMES[name] for name, found in chapters.items() if found],
        "side": SIDE,
        "still": atlas.still if atlas else None,
        "placed": len(atlas.paths) if atlas else 0,
        **chapters,
    }
    if atlas is None:
        return fill(page, {}, NO_SHEETS)
    left = room - len(fill(page, atlas.data, NO_SHEETS).encode())
    return fill(page, atlas.data, atlas.sheets(left))


def _chapters(shelf: Shelf, material: Material) -> dict[str, Any]:
    """By name; what comes first is sure of its pictures."""
    return {
        "clusterings": clusters.clusterings(shelf, material.table("cluster_profiles")),
        "unique": extremes.unique(shelf),
        "duplicates": extremes.duplicates(shelf, material.table("near_duplicates")),
        "ranking": artists.ranking(material.table("artist_uniqueness")),
        "effects": quality.effects(material.table("quality_by_style")),
        "doubts": doubts.doubts(shelf, material.table("label_doubts")),
        "rejected": doubts.rejected(material.table("rejected_samples")),
    }


def _facts(material: Material) -> list[tuple[str, str]]:
    works = material.works
    found = [("works", f"{len(works):,}")]
    for field in ("artist", "style", "genre"):
        if field in works and (count := works[field].nunique()):
            found.append((f"{field}s" if count > 1 else field, f"{count:,}"))
    years = works["year"].dropna() if "year" in works else works.index[:0]
    if len(years):
        found.append(("years", f"{int(years.min())} to {int(years.max())}"))
    return found
