"""A folder of hostile files and names, all at once: each is read or rejected, none vanishes."""

import csv
import math
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.sources.folder import SUFFIXES
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.conftest import SHARED_DATA
from artlens_pipeline_tests.sources.hostile.bombs import bombs
from artlens_pipeline_tests.sources.hostile.case import FORMATS, Case, painting, written
from artlens_pipeline_tests.sources.hostile.damaged import damaged
from artlens_pipeline_tests.sources.hostile.large import large
from artlens_pipeline_tests.sources.hostile.odd import lay_names, lay_odd
from artlens_pipeline_tests.sources.hostile.sound import sound

PNG = written(FORMATS[1], painting())


@dataclass(frozen=True)
class Collection:
    """A folder, the keys that it must give, and what must come of them.

    `cases`: by key; `reasons`: patterns of those that must be rejected, "" for those that must not.
    """

    folder: Path
    keys: set[str]
    cases: dict[str, Case]
    reasons: dict[str, str]

    def write_manifest(self) -> None:
        """All keys, each with a title and an artist of its own."""
        with (self.folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["path", "artist", "title"])
            writer.writerows([key, f"by {key}", f"on {key}"] for key in sorted(self.keys))


def collect(folder: Path, cases: list[Case]) -> Collection:
    reasons = {}
    for name in ("cases", "names", "odd", "hard"):
        (folder / name).mkdir(parents=True)
    for case in cases:
        (folder / "cases" / case.name).write_bytes(case.data)
    names = [f"names/{name}" for name in lay_names(folder / "names", PNG)]
    (folder.parent / "elsewhere.png").write_bytes(PNG)
    odd = lay_odd(folder / "odd", folder.parent / "elsewhere.png")
    reasons = dict.fromkeys(names, "") | {f"odd/{name}": why for name, why in odd.items()}
    hard = set[str]()
    if SHARED_DATA.is_dir():
        for file in (SHARED_DATA / "hard_images").iterdir():
            name = file.name if file.suffix.lower() in SUFFIXES else f"{file.name}.png"
            shutil.copy(file, folder / "hard" / name)
            hard.add(f"hard/{name}")
    by_key = {f"cases/{case.name}": case for case in cases}
    return Collection(folder, {*by_key, *reasons, *hard}, by_key, reasons)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """All that is sound, all bombs, and every seventh of what is damaged."""
    folder = tmp_path_factory.mktemp("hostile") / "pictures"
    return collect(folder, [*sound(), *bombs(), *list(damaged())[::7]])


@pytest.fixture(scope="module")
def read(few: Collection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The folder read and embedded, without a manifest."""
    home = Home(tmp_path_factory.mktemp("home")).create()
    with dg.DagsterInstance.ephemeral(tempdir=str(home.root)) as instance:
        pipeline = Pipeline(home, instance)
        pipeline.catalog(source=str(few.folder))
        pipeline.over_shards("ingest", "embed")
        yield pipeline


def rows(pipeline: Pipeline, table: str) -> dict[str, dict[str, Any]]:
    """By key; none is there twice."""
    found = pipeline.lake.read(table).to_pylist()
    by_key = {row["source_key"]: row for row in found}
    assert len(by_key) == len(found)
    return by_key


def judged(collection: Collection, samples: dict[str, Any], rejected: dict[str, Any]) -> None:
    """Each file of the source is a sample or rejected with a reason, as it should be."""
    assert samples.keys() | rejected.keys() == collection.keys
    assert not samples.keys() & rejected.keys()
    assert all(row["reason"] and row["reason"].isprintable() for row in rejected.values())
    for key, why in collection.reasons.items():
        assert (key in samples) == (why == ""), (key, rejected.get(key))
        assert not why or re.search(why, rejected[key]["reason"]), rejected[key]
    for key, case in collection.cases.items():
        if key in samples:
            assert case.shows is not None or not case.refused, key
            if case.shows is not None:
                size = samples[key]["height"], samples[key]["width"]
                assert size == case.shows.shape[:2], key
        else:
            assert case.refused or case.shows is None, rejected[key]


def test_every_file_is_a_sample_or_rejected(few: Collection, read: Pipeline) -> None:
    samples = rows(read, "raw_samples")
    judged(few, samples, rows(read, "rejected_samples"))
    off = {}
    for key, case in few.cases.items():
        if key in samples and case.shows is not None and max(case.shows.shape) <= 512:
            with Image.open(samples[key]["thumbnail_path"]) as small:
                off[key] = np.abs(np.asarray(small, dtype=int) - case.shows).mean()
    assert len(off) > 120 and {key: far for key, far in off.items() if far > 16} == {}


def test_every_sample_has_finite_metrics_and_a_unit_vector(read: Pipeline) -> None:
    ids = set(read.lake.read("raw_samples")["sample_id"].to_pylist())
    quality = read.lake.read("image_quality").to_pylist()
    assert {row["sample_id"] for row in quality} == ids
    numbers = [value for row in quality for value in row.values() if isinstance(value, float)]
    assert len(numbers) >= 10 * len(ids) and all(map(math.isfinite, numbers))
    embeddings = read.lake.read("clip_embeddings")
    assert set(embeddings["sample_id"].to_pylist()) == ids
    norms = np.linalg.norm(as_matrix(embeddings["embedding"]), axis=1)
    assert np.abs(norms - 1).max() < 1e-3


def test_a_manifest_may_name_them_all(few: Collection, read: Pipeline) -> None:
    before = rows(read, "raw_samples").keys()
    few.write_manifest()
    read.catalog()
    read.over_shards("ingest")
    samples = rows(read, "raw_samples")
    judged(few, samples, rows(read, "rejected_samples"))
    assert samples.keys() == before
    for key, row in samples.items():
        assert (row["artist"], row["title"]) == (f"by {key}".strip(), f"on {key}".strip())


def test_what_changes_under_the_reader_costs_itself(pipeline: Pipeline, source: Path) -> None:
    names = sorted(path.name for path in source.iterdir())
    pipeline.catalog(source=str(source))
    spoil(source, *names[:4])
    pipeline.over_shards("ingest")
    reasons = {key: row["reason"] for key, row in rows(pipeline, "rejected_samples").items()}
    expected = ("No such file", "not a regular file", "Is a directory", "symbolic links")
    assert all(why in reasons[name] for name, why in zip(names, expected, strict=False))
    assert rows(pipeline, "raw_samples").keys() | reasons.keys() == set(names)
    spoil(source, *names[4:8])
    pipeline.over_shards("embed")
    assert len(pipeline.lake.read("clip_embeddings")) == len(names) - 8


def spoil(folder: Path, gone: str, pipe: str, inner: str, ring: str) -> None:
    """In place of pictures: nothing, a pipe, a folder, a link to itself."""
    for name in (gone, pipe, inner, ring):
        (folder / name).unlink()
    os.mkfifo(folder / pipe)
    (folder / inner).mkdir()
    (folder / ring).symlink_to(ring)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("listed", [False, True], ids=["folder", "manifest"])
def test_the_whole_command(tmp_path: Path, listed: bool) -> None:
    every = collect(tmp_path / "pictures", [*sound(), *bombs(), *damaged(), *large()])
    if listed:
        every.write_manifest()
    home = Home(tmp_path / "home").create()
    done = artlens(home, "run", str(every.folder), timeout=2400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lake = open_lake(home)
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        pipeline = Pipeline(home, instance)
        samples = rows(pipeline, "raw_samples")
        judged(every, samples, rows(pipeline, "rejected_samples"))
    query = "SELECT source_key, filepath, caption, brightness FROM artworks"
    with duckdb.connect(str(home.root / "artlens.duckdb"), read_only=True) as connection:
        published = connection.execute(query).fetchall()
        (rejected,) = connection.execute("SELECT count(*) FROM rejected_samples").fetchone() or (0,)
    assert {key for key, *_ in published} == samples.keys() and len(published) == len(samples)
    assert len(published) + rejected == len(every.keys)
    assert all(caption and math.isfinite(brightness) for *_, caption, brightness in published)
    assert len(lake.read("clip_embeddings")) == len(samples)
    (report,) = home.root.rglob("*.html")
    assert b"<img src=x onerror" not in report.read_bytes()
    assert artlens(home, "report").returncode == 0
