"""A search beside a run that publishes: its answer is that of one whole published state."""

import shutil
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pytest

from artlens_pipeline.analysis.color_names import colors_in
from artlens_pipeline.analysis.palette import palette_of
from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import TABLES
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.painted_gallery import works
from artlens_pipeline_tests.searchers import answers, asks, searching

N, NEW = 300, 20
WIDTH = len(palette_of(colors_in("blue")))
LIKE = f"{7:024x}"


def unit(n: int, d: int, seed: int) -> np.ndarray:
    vectors = np.abs(np.random.default_rng(seed).normal(size=(n, d))).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def publish(home: Home, state: int) -> None:
    """The works of a state as a run leaves them: the index first, the warehouse at the end.

    Each has `NEW` works more than the last, other palettes and other titles.
    """
    lake, count = open_lake(home), N + NEW * state
    info, index = encoder_info(lake.encoder), VectorIndex(lake.index_uri)
    ids = pa.array([f"{n:024x}" for n in range(count)])
    vectors, palettes = unit(count, info.dimension, 1), unit(count, WIDTH, state)
    index.hold(ids, vectors)
    time.sleep(0.1)  # searches meet what is half done
    facts = pa.Table.from_pylist([index.facts(info, count)], TABLES["similarity_index"])
    flat = pa.FixedSizeListArray.from_arrays(pa.array(palettes.ravel()), WIDTH)
    text = {"title": f"of state {state}", "style": "Baroque", "artist": "a", "genre": "g"}
    columns = {name: pa.array([value] * count) for name, value in text.items()}
    places = {"filepath": ids, "shard": pa.array(["shard-00000"] * count)}
    tables = {
        "raw_samples": pa.table({"sample_id": ids, **columns, **places}),
        "similarity_index": facts,
        "color_palettes": pa.table(
            {"sample_id": ids, "colors": [[]] * count, "shares": [[]] * count, "palette": flat}
        ),
    }
    warehouse = Warehouse(home.warehouse)
    before = warehouse.index_version()
    warehouse.publish(tables.items())
    index.forget_old_versions(before)


def test_an_answer_is_of_one_state_whatever_is_published_beside_it(
    tmp_path: Path, painted: Path
) -> None:
    home = Home(tmp_path / "home").create()
    asked = asks(painted / works(painted)[0]["path"], LIKE, "baroque")
    publish(home, 0)
    states = [answers(home, asked)]
    process = psutil.Process()
    handles = process.num_fds()
    with searching(home, asked, 20) as searchers:
        for state in (1, 2):
            publish(home, state)
            states.append(answers(home, asked))
    for name, found in searchers.found.items():
        assert set(found) <= {of[name] for of in states}, name
        assert len({of[name] for of in states}) == 3
    assert searchers.found["text"][-1] == states[-1]["text"]
    assert process.num_fds() <= handles + 3


@pytest.mark.slow
def test_two_hundred_searches_while_runs_publish(
    finished: Home, painted: Path, tmp_path: Path
) -> None:
    left_out = shutil.ignore_patterns("fiftyone", "*.lock")
    shutil.copytree(finished.root, tmp_path / "home", ignore=left_out, symlinks=True)
    home, source = Home(tmp_path / "home"), tmp_path / "source"
    shutil.copytree(painted, source)
    paint_gallery(tmp_path / "more", 40, accidental=False)
    more = sorted((tmp_path / "more").rglob("*.jpg"))
    artlens(home, "run", str(source), "--replace", check=True)
    known = Warehouse(home.warehouse).query("SELECT sample_id, style FROM artworks LIMIT 1")[1][0]
    asked = asks(painted / works(painted)[0]["path"], *known)
    states = [answers(home, asked)]
    with searching(home, asked, 200) as searchers:
        for place in range(3):
            for file in more[place * 10 : place * 10 + 10]:
                shutil.copy(file, source)
            artlens(home, "run", check=True)
            states.append(answers(home, asked))
    for name, found in searchers.found.items():
        assert set(found) <= {of[name] for of in states}, name
    assert len({of["text"] for of in states}) > 1
    print(len(searchers.seconds), np.quantile(searchers.seconds, [0.5, 0.99, 1]))
