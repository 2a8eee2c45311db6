"""Material for the report that no run has made: synthetic rows, and texts that mean harm."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from artlens_pipeline.report.chapters.making import Making, making
from artlens_pipeline.report.gather import Material

HOSTILE = [
    '<script>window.harmed = "title"</script>',
    "</script><img src=x onerror=\"window.harmed='closed'\">",
    "'\"><svg onload=window.harmed=1>",
    "{{ 7 * 7 }} {% raw %}",
    "one\ntwo\u2028three\u2029four\r\x00five",
    "\u202egnihtemos\u2066 else\u200f",
    "javascript:window.harmed=1",
    "<!-- <!--<script> ]]>",
    "&lt;b&gt; &amp;amp;",
    "x" * 4_000,
    "",
]
"""Titles, labels and names of files."""


def works(count: int, folder: Path, pictures: int = 12) -> pd.DataFrame:
    """So many works, their thumbnails among a few noisy ones (the hardest to compress)."""
    draw = np.random.default_rng(51)
    paths = [str(_picture(folder, number)) for number in range(pictures)]
    centres = draw.normal(size=(20, 2)) * 5
    style = draw.integers(0, 20, count)
    points = centres[style] + draw.normal(size=(count, 2))
    return pd.DataFrame(
        {
            "sample_id": [f"{number:024x}" for number in range(count)],
            "title": [f"A work of number {number * 7919 % count}" for number in range(count)],
            "artist": [f"Artist {number}" for number in draw.integers(0, 1_100, count)],
            "style": [f"Style {number}" for number in style],
            "genre": [f"Genre {number}" for number in draw.integers(0, 11, count)],
            "year": draw.integers(1400, 2000, count),
            "thumbnail_path": [paths[number % pictures] for number in range(count)],
            "kmeans_cluster": style % 10,
            "kmeans_distance": draw.random(count),
            "uniqueness": draw.random(count),
            **{f"metric_{number}": draw.random(count) for number in range(12)},
            "x": points[:, 0],
            "y": points[:, 1],
        }
    )


def material(count: int, folder: Path) -> Material:
    """Of such works, with no other table."""
    return Material(works(count, folder), {}, None, [("an encoder", "1", "fp32")])


def hostile(folder: Path) -> Material:
    """Every text of the source is hostile, in every table that has one."""
    frame = works(3 * len(HOSTILE), folder)
    texts = pd.Series(HOSTILE * 3)
    for column in ("title", "artist", "style", "genre"):
        frame[column] = texts
    frame["caption"] = texts
    frame["zero_shot_style"] = texts
    frame["colors"] = [["#ff0000", "#00ff00; background: url(x)", "#0000ff"]] * len(frame)
    ids = frame["sample_id"]
    number = dict.fromkeys(("doubt", "neighbor_share", "zero_shot_confidence"), 0.5)
    labels = dict.fromkeys(("field", "label", "neighbor_label", "zero_shot_label"), texts)
    tables = {
        "label_doubts": pd.DataFrame({"sample_id": ids, **labels, **number}),
        "rejected_samples": pd.DataFrame({"source_key": texts, "reason": texts}),
        "near_duplicates": pd.DataFrame(
            {
                "sample_id": ids[:-1],
                "duplicate_id": ids[1:].tolist(),
                "similarity": 0.99,
                "pixel_agreement": None,
                "kind": "near",
                "group_id": ids[:-1],
            }
        ),
        "artist_uniqueness": pd.DataFrame(
            {
                "artist": HOSTILE,
                "n": 6,
                "mean": 0.5,
                "ci_low": 0.4,
                "ci_high": 0.6,
                "is_unknown": False,
            }
        ),
        "quality_by_style": pd.DataFrame(
            {
                "field": "style",
                "label": HOSTILE,
                "metric": "brightness",
                "n": 3,
                "median": 0.5,
                "effect_size": 0.5,
                "p_adjusted": 0.01,
            }
        ),
        "cluster_profiles": pd.DataFrame(
            {
                "clustering": "kmeans",
                "cluster": range(10),
                "name": HOSTILE[:10],
                "exemplars": [ids[:3].tolist()] * 10,
                "oddest": [ids[3:6].tolist()] * 10,
            }
        ),
    }
    neighbors = np.full((len(frame), 5), 1, np.int32)
    return Material(frame, tables, neighbors, [(HOSTILE[0], HOSTILE[1], HOSTILE[2])])


def made(found: Material) -> Making:
    """How it was made, as far as it says itself."""
    return making(None, found.encoders, {"section": {"key": HOSTILE[0]}}, [], HOSTILE[1])


def _picture(folder: Path, number: int) -> Path:
    path = folder / f"thumbnail-{number}.jpg"
    if not path.exists():
        draw = np.random.default_rng(number)
        noise = draw.integers(0, 256, (48, 64, 3)).astype(np.uint8)
        Image.fromarray(noise).resize((512, 384), Image.Resampling.BICUBIC).save(path, quality=85)
    return path
