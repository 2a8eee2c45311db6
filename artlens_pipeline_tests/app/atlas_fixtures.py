"""The gallery with copies and accidents among its works, and the plugin to compute on them.

FiftyOne reads its settings when it is imported, which these tests leave to the gallery's fixture:
they import what imports it inside functions only.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.plugins import link_plugins
from artlens_pipeline_tests.gallery_fixtures import (
    TABLE,
    Gallery,
    make_artworks,
    sample_id,
    write_index,
)

NAME = "atlas"
COPY, NEAR, BROKEN = 24, 25, 26
"""Work 24 is work 0 to the byte, 25 is work 1 as JPEG, 26 cannot be read and has no embedding."""
EMBEDDED = [sample_id(number) for number in range(26)]
URI = "@artlens/atlas/"


def make_atlas(gallery: Gallery, folder: Path) -> Gallery:
    """The gallery of 27 works under an index of its own."""
    (folder / "pictures").mkdir(parents=True)
    artworks = make_artworks(folder / "pictures", 27)
    paths = [Path(path) for path in artworks["filepath"]]
    shutil.copyfile(paths[0], paths[COPY])
    paths[NEAR] = paths[NEAR].with_suffix(".jpg")
    Image.open(paths[1]).save(paths[NEAR], quality=95)
    paths[BROKEN].write_bytes(b"no picture")
    artworks["filepath"] = artworks["thumbnail_path"] = [str(path) for path in paths]
    artworks["content_hash"] = [hashlib.sha256(p.read_bytes()).hexdigest() for p in paths]
    artworks.loc[BROKEN, ["x", "y", "brightness"]] = np.nan
    write_index(folder / "index", artworks.iloc[:BROKEN])
    return Gallery(gallery.fo, gallery.env, folder / "index", artworks)


@pytest.fixture(scope="session")
def atlas_gallery(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """The gallery of 27 works."""
    return make_atlas(gallery, tmp_path_factory.mktemp("atlas"))


@pytest.fixture(scope="module")
def atlas(atlas_gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The gallery of 27 works, published; FiftyOne finds the plugin."""
    config, plugins = atlas_gallery.fo.config, tmp_path_factory.mktemp("plugins")
    link_plugins(plugins)
    before, config.plugins_dir = config.plugins_dir, str(plugins)
    atlas_gallery.publish(NAME)
    yield atlas_gallery
    config.plugins_dir = before


@pytest.fixture
def works(atlas: Gallery) -> Iterator[Any]:
    """The dataset; what a test computes on it is gone after the test."""
    dataset = atlas.fo.load_dataset(NAME, reload=True)
    before = set(dataset.get_field_schema())
    yield dataset
    dataset.reload()
    for key in dataset.list_runs():
        dataset.delete_run(key)
    for name in set(dataset.get_field_schema()) - before:
        dataset.delete_sample_field(name)
    atlas.fo.core.odm.get_db_conn()["delegated_ops"].delete_many({})


def call(name: str, works: Any, **params: Any) -> Any:
    """An operator of the plugin, from Python."""
    import fiftyone.operators as foo

    return foo.get_operator(f"{URI}{name}")(works, **params)


def execute(name: str, works: Any, *, ctx: Mapping[str, Any] | None = None, **params: Any) -> Any:
    """An operator through FiftyOne; what it asks of the App, by name."""
    import fiftyone as fo
    import fiftyone.operators as foo

    on = {"dataset" if isinstance(works, fo.Dataset) else "view": works}
    done = foo.execute_operator(f"{URI}{name}", {**on, **(ctx or {}), "params": params})
    return {r["operator_uri"]: r["params"] for r in done.executor.to_json()["requests"]}


def shown(works: Any, asked: Mapping[str, Any]) -> list[str]:
    """The works of the view that the App is asked to show, as its server reads it."""
    from bson import json_util
    from fiftyone import DatasetView

    stages = json_util.loads(json_util.dumps(asked["set_view"]["view"]))
    return list(DatasetView._build(works, stages).values("id"))


def form(name: str, works: Any, **params: Any) -> Any:
    """The form of an operator, as the App asks for it."""
    import asyncio

    import fiftyone.operators as foo
    from fiftyone.operators.executor import resolve_type

    view = works.view()._serialize()
    request = {"dataset_name": works._root_dataset.name, "view": view, "params": params}
    found = resolve_type(foo.OperatorRegistry(), f"{URI}{name}", {**request, "target": "inputs"})
    return asyncio.run(found)


def vectors(gallery: Gallery, ids: Sequence[str]) -> np.ndarray:
    """The embeddings of works, straight from the index."""
    table = lancedb.connect(str(gallery.index)).open_table(TABLE).to_pandas()
    stored = dict(zip(table["id"], table["vector"], strict=True))
    return np.stack([stored[i] for i in ids]).astype(np.float32)


def values(works: Any, path: str) -> dict[str, Any]:
    """Id → value of a field, of the works that have one."""
    pairs = zip(*works._root_dataset.values(["id", path]), strict=True)
    return {key: value for key, value in pairs if value is not None}
