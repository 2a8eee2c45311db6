"""The same paintings from a folder, from Parquet and from the Hub give the same results."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.encoders.conversion import CONVERTER
from artlens_pipeline.home import Home
from artlens_pipeline_tests.agreement import tables
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.encoders import checkpoints
from artlens_pipeline_tests.encoders.weights import pickle_weights
from artlens_pipeline_tests.hub.server import HubServer
from artlens_pipeline_tests.sources.huggan import Classes, write_shards

TOKEN = "hf_aVerySecretTokenOfAPerson"
SECRETS = {
    "HF_TOKEN": "hf_aTokenThatMayReadNothing",
    "AWS_SECRET_ACCESS_KEY": "anAmazonSecretOfAPerson",
    "AWS_SESSION_TOKEN": "anAmazonSessionOfAPerson",
}
CLIP = "openai/clip-vit-base-patch32"


def holders_of(secret: str, folder: Path) -> list[Path]:
    """The files that hold a text: event log, report, database, and what is packed in Parquet."""
    found = []
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            if file.suffix == ".parquet":
                table = pq.read_table(file)
                texts = [c for c in table.column_names if pa.types.is_string(table[c].type)]
                content = str([table.schema.metadata, table.select(texts).to_pylist()]).encode()
            if secret.encode() in content:
                found.append(file)
    return found


def real_paintings(data: Path, count: int | None) -> list[dict[str, Any]]:
    """Paintings with the labels of `huggan/wikiart`; spread over the collection."""
    names = Classes.read(data / "wikiart_meta").names
    with (data / "wikiart_pd" / "manifest.csv").open(encoding="utf-8") as stream:
        works = list(csv.DictReader(stream))
    step = len(works) // count if count else 1
    return [
        {
            "path": work["path"],
            "image": (data / "wikiart_pd" / work["path"]).read_bytes(),
            "artist": names["artist"][int(work["artist_id_huggan"])],
            "genre": names["genre"][int(work["genre_id"])] if work["genre_id"] else None,
            "style": names["style"][int(work["style_id"])],
        }
        for work in works[::step][:count]
    ]


def reencoded(data: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(data)).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def write_folder(folder: Path, works: list[dict[str, Any]]) -> Path:
    """The works as image files with a manifest."""
    for work in works:
        (folder / work["path"]).parent.mkdir(parents=True, exist_ok=True)
        (folder / work["path"]).write_bytes(work["image"])
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["path", "artist", "genre", "style"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(works)
    return folder


@pytest.fixture
def sources(shared_data: Path, hub: HubServer, tmp_path: Path) -> Callable[[int | None], list[str]]:
    """Writes so many paintings; the names under which they are to be had."""

    def write(count: int | None) -> list[str]:
        works = real_paintings(shared_data, count)
        works[-1]["image"] = reencoded(works[0]["image"])  # so that there is a near-duplicate
        write_shards(tmp_path / "repo", works, 4, Classes.read(shared_data / "wikiart_meta"))
        hub.add_repo("dataset", "huggan/wikiart", tmp_path / "repo")
        folder = write_folder(tmp_path / "folder", works)
        return [str(folder), f"{tmp_path}/repo/data/*.parquet", "hf://datasets/huggan/wikiart"]

    return write


def assert_same(homes: list[Home], count: int) -> None:
    expected = tables(homes[0])
    assert len(expected["raw_samples"]) == count
    assert expected["near_duplicates"] and "hdbscan_clusters" in expected
    for home in homes[1:]:
        found = tables(home)
        assert found.keys() == expected.keys()
        for name, rows in expected.items():
            assert found[name] == rows, name


def test_folder_parquet_and_hub(sources: Callable[[int | None], list[str]], tmp_path: Path) -> None:
    homes = [Home(tmp_path / str(number)).create() for number in range(3)]
    for home, source in zip(homes, sources(150), strict=True):
        with dg.DagsterInstance.ephemeral() as instance:
            pipeline = Pipeline(home, instance)
            pipeline.catalog(source=source, shard_size=40)
            pipeline.over_shards(*PER_SHARD)
            pipeline.run("analyse")
    assert_same(homes, 150)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_all_paintings_by_the_command(
    sources: Callable[[int | None], list[str]], tmp_path: Path
) -> None:
    homes = [Home(tmp_path / str(number)) for number in range(3)]
    for home, source in zip(homes, sources(None), strict=True):
        done = artlens(home, "run", source)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "fetching the works takes about" in done.stdout
    assert "nothing to recompute" in artlens(homes[-1], "run").stdout
    assert_same(homes, 4286)


@pytest.mark.slow
def test_a_limited_private_data_set_and_an_encoder_from_the_hub(
    shared_data: Path, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = real_paintings(shared_data, 80)
    write_shards(tmp_path / "repo", works, 4, Classes.read(shared_data / "wikiart_meta"))
    hub.add_repo("dataset", "me/private", tmp_path / "repo", token=TOKEN)
    converted = checkpoints.clip(tmp_path / "clip")
    pickled = shutil.copytree(converted, tmp_path / "pickled")
    pickle_weights(pickled)
    hub.add_repo("model", CLIP, pickled)
    shutil.copy(pickled / "pytorch_model.bin", converted)
    commit = hub.add_repo("model", CLIP, converted, "refs/pr/3")
    hub.repos["model", CLIP].authors["refs/pr/3"] = CONVERTER
    command = ("run", "hf://datasets/me/private", "--limit", "25", "--encoder", CLIP)

    home = Home(tmp_path / "home").create()
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    refused = artlens(home, *command)
    assert refused.returncode == 2 and "HF_TOKEN" in refused.stderr
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.fail("data/train-00001-of-00004.parquet", 403, times=1, method="GET")
    failed = artlens(home, *command)
    done = artlens(home, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fetching the works takes about" in done.stdout
    assert f"fetching the encoder {CLIP} takes" in failed.stdout + done.stdout
    found = tables(home)
    assert len(found["raw_samples"]) == len(found["clip_embeddings"]) == 25
    assert {row["revision"] for row in found["clip_embeddings"]} == {commit}
    served = [hub.bytes_served(f"data/train-{n:05d}-of-00004.parquet") for n in range(4)]
    assert served[0] and served[1] and not served[2] and not served[3]
    assert not hub.bytes_served("pytorch_model.bin")
    asked = [artlens(home, *words) for words in (("doctor",), ("env",), ("sql", "FROM artworks"))]
    said = "".join(it.stdout + it.stderr for it in (refused, failed, done, *asked))
    for secret in (TOKEN, *SECRETS.values(), "X-Amz-Signature"):
        assert secret not in said
        assert holders_of(secret, tmp_path) == []
