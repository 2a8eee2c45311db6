"""A home whose encoder is a CLIP on the Hub: the pipeline, text search, and the App's model."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import registry
from artlens_pipeline.search import Query, search
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.encoders import checkpoints
from artlens_pipeline_tests.encoders.reference import cosines, own_images, own_texts
from artlens_pipeline_tests.hub.server import HubServer

NAME = "painter/tiny-clip"


@pytest.fixture
def clip(hub: HubServer, tmp_path: Path) -> tuple[Path, str]:
    """The checkpoint's folder and its commit on the Hub."""
    registry._load.cache_clear()
    folder = checkpoints.clip(tmp_path / "checkpoint")
    return folder, hub.add_repo("model", NAME, folder)


def test_from_the_catalog_to_search_and_app(
    pipeline: Pipeline, source: Path, hub: HubServer, clip: tuple[Path, str]
) -> None:
    folder, commit = clip
    pipeline.home.settings.write_text(f'[encoder]\nname = "{NAME}"\n')
    pipeline.catalog(source=str(source))
    held = Collection.load(pipeline.home)
    assert (held.encoder, held.revision) == (NAME, commit)
    pipeline.over_shards()
    rows = pipeline.lake.read("clip_embeddings")
    assert set(rows["encoder"].to_pylist()) == {NAME}
    assert set(rows["revision"].to_pylist()) == {commit}

    keys = pipeline.lake.read("raw_samples", ["sample_id", "filepath"]).to_pandas()
    files = dict(zip(keys["sample_id"], keys["filepath"], strict=True))
    embeddings = read_embeddings(pipeline.lake)
    ids = embeddings.ids.to_pylist()
    images = [Image.open(files[sample_id]).convert("RGB") for sample_id in ids]
    assert len(images) == 12
    own = own_images(folder, images)
    assert cosines(embeddings.vectors, own).min() > 0.9999

    hub.add_repo("model", NAME, {"config.json": "{}"})  # main moves on; the home stays
    registry._load.cache_clear()
    asked = len(hub.requests)
    assert all(item["skipped"] for item in pipeline.over_shards().values())
    pipeline.run("analyse", assets=("similarity_index",))
    pipeline.run("publish", assets=("duckdb_warehouse",))
    found = search(pipeline.home, Query("pastel trees"), 12)
    expected = own @ own_texts(folder, ["pastel trees"], padding=True)[0]
    by_id = dict(zip(ids, expected, strict=True))
    assert [row["similarity"] for row in found] == pytest.approx(
        [by_id[row["sample_id"]] for row in found], abs=1e-5
    )
    assert [row["sample_id"] for row in found[:3]] == sorted(by_id, key=by_id.__getitem__)[::-1][:3]
    assert len(hub.requests) == asked


def test_another_commit_is_asked_for(
    pipeline: Pipeline, source: Path, hub: HubServer, clip: tuple[Path, str], tmp_path: Path
) -> None:
    pipeline.home.settings.write_text(f'[encoder]\nname = "{NAME}"\n')
    pipeline.catalog(source=str(source), limit=3)
    pipeline.over_shards()
    before = read_embeddings(pipeline.lake).vectors
    new = hub.add_repo("model", NAME, checkpoints.clip(tmp_path / "newer", seed=1))
    Collection.load(pipeline.home).with_encoder(*registry.pinned(NAME)).save(pipeline.home)
    made = pipeline.over_shards("embed")["clip_embeddings/shard-00000"]
    assert (made["encoded"], made["revision"]) == (3, new)
    after = read_embeddings(pipeline.lake).vectors
    assert np.abs((before * after).sum(axis=1)).max() < 0.99


def test_the_app_embeds_by_the_commit_on_record(hub: HubServer, clip: tuple[Path, str]) -> None:
    from artlens_pipeline.app.zoo import ArtLensEncoder, ArtLensEncoderConfig

    folder, commit = clip
    registry.load_encoder(NAME)
    hub.add_repo("model", NAME, {"config.json": "{}"})
    registry._load.cache_clear()
    model = ArtLensEncoder(ArtLensEncoderConfig({"encoder": NAME, "revision": commit}))
    theirs = own_texts(folder, ["pastel trees"], padding=True)
    assert cosines(model.embed_prompts(["pastel trees"]), theirs)[0] > 0.9999
