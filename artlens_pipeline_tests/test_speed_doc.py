"""Every measured number in the table of `docs/speed.md` is in a committed result."""

from collections.abc import Callable

import pytest

from artlens_pipeline_tests.dagster_dev import ROOT
from artlens_pipeline_tests.test_scale_doc import values

LARGEST = "81,000 works at once"


def over(name: str, ours: str, theirs: str) -> float:
    found = values(name)
    return found[ours] / found[theirs]


OURS, BYTES = "ArtLens: hash, thumbnail, ten metrics", "1,400 x 1,100"
ROWS: dict[str, tuple[Callable[[], float], str]] = {
    "embedding by int8": (lambda: over("embedding", f"{BYTES}: int8", f"{BYTES}: notebook"), ".2f"),
    "by bf16": (lambda: over("embedding", f"{BYTES}: bf16", f"{BYTES}: notebook"), ".2f"),
    "by fp32": (lambda: over("embedding", f"{BYTES}: fp32", f"{BYTES}: notebook"), ".2f"),
    "ingest, to CleanVision": (lambda: over("one_decode", OURS, "CleanVision: all checks"), ".2f"),
    "to fastdup": (
        lambda: over("one_decode", OURS, "fastdup: statistics, features, neighbours"),
        ".2f",
    ),
    "to FiftyOne's plugin": (
        lambda: over("one_decode", OURS, "FiftyOne's plugin, metric by metric"),
        ".1f",
    ),
    "the whole job": (lambda: over("whole_job", "the notebook's calls", "artlens run"), ".2f"),
    "uniqueness at 15,000": (
        lambda: over("analyses", "uniqueness, 15,000: FiftyOne", "uniqueness, 15,000: ArtLens"),
        ".1f",
    ),
    "map at 10,000": (
        lambda: over("analyses", "map, 10,000: umap-learn", "map, 10,000: ArtLens"),
        ".2f",
    ),
    "all analyses and publishing at 81,000": (lambda: values("stage")[LARGEST], ".0f"),
    "1 million works": (lambda: values("growth")["peak memory, GB: 1,000,000"], ".2f"),
    "a shard more at 80,000": (
        lambda: over("stage", LARGEST, "81,000 works, and a shard more"),
        ".1f",
    ),
    "`artlens --help`": (lambda: values("start_up")["artlens --help"], ".2f"),
    "`artlens search`, cold": (lambda: values("start_up")["artlens search, 80,000 works"], ".1f"),
    "warm, at 80,000": (
        lambda: values("start_up")["search in a process that has searched, 80,000 works"],
        ".2f",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_was_measured(row: str) -> None:
    lines = (ROOT / "docs" / "speed.md").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {row}")]
    said = line.split("|")[3].split()[0]
    found, digits = ROWS[row]
    assert said == f"{found():{digits}}"
