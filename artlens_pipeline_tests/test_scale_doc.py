"""Every number of `docs/scale.md` is in a committed result, or comes of one by its formula."""

import json
import math
import re
from statistics import median

import pytest

from artlens_pipeline_tests.dagster_dev import ROOT

RESULTS = ROOT / "benchmarks" / "results"
MILLION, SIZES = 1e6, (1e6, 1e8, 5e9)
CORES, SHARD, ADVISED, BYTES, MACHINE_GB = 2, 250, 100_000, 512 * 4, 24


def values(name: str) -> dict[str, float]:
    """The median of each case of a benchmark."""
    said = json.loads((RESULTS / f"{name}.json").read_text())["values"]
    return {case: median(rounds) for case, rounds in said.items()}


def table() -> dict[str, list[str]]:
    """The rows of the page's table, by their first cell."""
    text = (ROOT / "docs" / "scale.md").read_text()
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows}


def rounded(number: float) -> str:
    """Two significant digits; thousands by commas."""
    if not number:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(number)))
    scale = 10.0 ** (math.floor(math.log10(number)) - 1)
    return f"{round(number / scale) * scale:,.{digits}f}"


def per_image() -> float:
    """Core-seconds to read an image and to embed it."""
    reading = values("one_decode")["ArtLens: hash, thumbnail, ten metrics"]
    return CORES / reading + CORES / values("embedding")["1,400 x 1,100: int8"]


def grown(case: str, works: float) -> float:
    """Seconds, by the power between the last two sizes, but at least in proportion."""
    last, before = (values("growth")[f"{case}: {size}"] for size in ("1,000,000", "350,000"))
    power = max(1.0, math.log(last / before) / math.log(MILLION / 350_000))
    return last * (works / MILLION) ** power


def memory(works: float) -> float:
    """GB, by the line through the last two sizes."""
    last, before = (
        values("growth")[f"peak memory, GB: {size}"] for size in ("1,000,000", "350,000")
    )
    return last + (last - before) / 0.65 * (works / MILLION - 1)


def published(table: str, works: float) -> float:
    """Seconds, by the line through 10,000 and 81,000 works."""
    stage = values("stage")
    least, most = (stage[f"{table}: {size} works at once"] for size in ("10,000", "81,000"))
    return most + (most - least) / 71_000 * (works - 81_000)


ROWS = {
    "reading and embedding, core-hours": lambda n: n * per_image() / 3600,
    "embeddings, GB": lambda n: n * BYTES / 1e9,
    "peak memory over all works, GB": memory,
    "neighbour graph, h": lambda n: grown("neighbour graph", n) / 3600,
    "k-means, h": lambda n: grown("k-means", n) / 3600,
    "map, h": lambda n: grown("map", n) / 3600,
    "HDBSCAN, h": lambda n: grown("HDBSCAN on the map", n) / 3600,
    "warehouse, h": lambda n: published("duckdb_warehouse", n) / 3600,
    "FiftyOne dataset, h": lambda n: published("fiftyone_dataset", n) / 3600,
    "shards of 250": lambda n: n / SHARD,
}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_what_its_formula_gives(row: str) -> None:
    assert table()[row] == [rounded(ROWS[row](works)) for works in SIZES]


def test_the_numbers_in_the_text() -> None:
    text = " ".join((ROOT / "docs" / "scale.md").read_text().split())
    full = MILLION * (1 + (MACHINE_GB - memory(MILLION)) / (memory(2 * MILLION) - memory(MILLION)))
    hours = 1e8 * per_image() / 3600
    said = {
        f"{rounded(full / MILLION)} million works fill {MACHINE_GB} GB",
        f"{rounded(per_image())} core-seconds",
        f"{rounded(hours / CORES / 24)} days on the {CORES} cores",
        f"{rounded(hours / 64)} hours on 64",
        f"{SHARD * ADVISED // 1_000_000} million works",
        f"{rounded(5e9 * per_image() / 3600 / 1000)} hours on 1,000 cores",
        f"{rounded(memory(1e7))} GB for 10 million",
    }
    assert not [line for line in said if line not in text]
    assert not re.search(r"TODO|XXX", text)
