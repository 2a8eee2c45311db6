"""A small gallery of generated pictures with real embeddings, shared by the gallery's tests.

FiftyOne holds one database a process, so these tests share one, made once under a temporary folder.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image, ImageDraw

import artlens_pipeline.app
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.resources.gallery import connect, publish

ENCODER = "artlens-mini"
TABLE = "clip_sim"
ISSUES = ["bright", "blurry"]
"""Of works by number: none, the first, both, none..."""
STYLES = ("Cubism", "Fauvism", "Ukiyo_e", "Rococo")


def environment(folder: Path) -> dict[str, str]:
    """The variables of a home whose FiftyOne database lies in `folder`."""
    return {
        "FIFTYONE_DATABASE_DIR": str(folder),
        "FIFTYONE_DO_NOT_TRACK": "true",
        "FIFTYONE_SHOW_PROGRESS_BARS": "false",
        "FIFTYONE_DATABASE_VALIDATION": "false",
        "FIFTYONE_MODEL_ZOO_MANIFEST_PATHS": str(
            Path(artlens_pipeline.app.__file__).with_name("manifest.json")
        ),
    }


def paint(folder: Path, number: int) -> Path:
    """A picture of 96 by 72 px, different for each number."""
    random = np.random.default_rng(number)
    image = Image.new("RGB", (96, 72), tuple(random.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        (x, y), (w, h) = random.integers(0, 60, 2), random.integers(8, 40, 2)
        colour = tuple(random.integers(0, 256, 3).tolist())
        draw.ellipse((int(x), int(y), int(x + w), int(y + h)), fill=colour)
    path = folder / f"work-{number:03d}.png"
    image.save(path)
    return path


def sample_id(number: int) -> str:
    return f"{number + 1:024x}"


def make_artworks(folder: Path, count: int) -> pd.DataFrame:
    """A wide table of generated pictures; ids, paths and labels are fixed by the row."""
    random = np.random.default_rng(51)
    paths = [str(paint(folder, n)) for n in range(count)]
    columns = {
        "sample_id": [sample_id(n) for n in range(count)],
        "filepath": paths,
        "thumbnail_path": paths,
        "width": 96,
        "height": 72,
        "title": [f"work {n}" for n in range(count)],
        "year": [1900.0 + n for n in range(count)],
        "artist": [f"artist-{n % 5}" for n in range(count)],
        "style": [STYLES[n % 4] for n in range(count)],
        "uniqueness": random.random(count),
        "brightness": random.random(count),
        "quality_issues": [ISSUES[: n % 3] for n in range(count)],
        "kmeans_cluster": np.arange(count) % 3,
        "hdbscan_cluster": np.arange(count) % 3 - 1,
        "hdbscan_probability": random.random(count),
        "x": random.normal(size=count),
        "y": random.normal(size=count),
        "near_duplicate_group": [f"g{n % 2}" if n < 6 else None for n in range(count)],
    }
    return pd.DataFrame(columns)


def embed(paths: list[str]) -> np.ndarray:
    """Unit vectors [n, d] of pictures, by the real encoder."""
    encoder = load_encoder(ENCODER)
    pixels = [encoder.preprocessing(Image.open(path).convert("RGB")) for path in paths]
    return encoder.embed_images(np.stack(pixels))


def write_index(uri: Path, artworks: pd.DataFrame) -> None:
    """(Over)write the LanceDB table as `similarity_index` does."""
    vectors = embed(artworks["filepath"].tolist()).astype(np.float32)
    flat = pa.array(vectors.reshape(-1))
    ids = artworks["sample_id"].tolist()
    fixed = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
    table = pa.table({"id": ids, "sample_id": ids, "vector": fixed})
    lancedb.connect(str(uri)).create_table(TABLE, table, mode="overwrite")


@dataclass
class Gallery:
    """FiftyOne connected to a database of the tests' own, and what to publish into it."""

    fo: Any
    env: dict[str, str]
    index: Path
    artworks: pd.DataFrame

    def publish(self, name: str, artworks: pd.DataFrame | None = None) -> dict[str, Any]:
        """Publish (by default all) works under the index, and return the report."""
        table = self.artworks if artworks is None else artworks
        return publish(name, table, encoder=ENCODER, index_uri=str(self.index), table_name=TABLE)


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """The gallery of this session: one, however many packages take in this fixture."""
    return make_gallery(tmp_path_factory.getbasetemp() / "gallery")


@cache
def make_gallery(folder: Path) -> Gallery:
    """Connect FiftyOne to a database in `folder`; write pictures and their index beside it."""
    env = environment(folder / "database")
    before = dict(os.environ)
    for name in [n for n in os.environ if n.startswith("FIFTYONE_")]:
        del os.environ[name]
    fiftyone = connect(env)
    # Not left for other tests: a process that inherits the port would write into this database.
    for name in [n for n in os.environ if n.startswith("FIFTYONE_")]:
        del os.environ[name]
    os.environ.update({k: v for k, v in before.items() if k.startswith("FIFTYONE_")})
    (folder / "pictures").mkdir(parents=True)
    artworks = make_artworks(folder / "pictures", 24)
    write_index(folder / "index", artworks)
    return Gallery(fiftyone, env, folder / "index", artworks)
