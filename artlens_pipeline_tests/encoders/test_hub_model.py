"""Encoders by their name on the Hub: what is fetched, which commit it is, what happens offline."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import (
    ModelNotFound,
    bytes_to_fetch,
    encoder_info,
    load_encoder,
    pinned,
    registry,
)
from artlens_pipeline.encoders.conversion import CONVERTER
from artlens_pipeline_tests.encoders import checkpoints
from artlens_pipeline_tests.encoders.weights import (
    pickle_weights,
    save_tensors,
    shard_weights,
    tensors,
)
from artlens_pipeline_tests.hub.server import HubServer

NAME = "painter/tiny-clip"
TEXTS = ["a cat", "starry night over the river"]
PROPOSAL = "refs/pr/7"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory and a home of one's own, and no encoder in memory."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "home"))
    registry._load.cache_clear()


@pytest.fixture
def clip(clip: Path) -> Path:
    """The checkpoint with what else lies in a repository."""
    for name in ("tf_model.h5", "flax_model.msgpack", "README.md", "onnx/model.onnx"):
        (clip / name).parent.mkdir(exist_ok=True)
        (clip / name).write_bytes(b"x" * 1000)
    return clip


@pytest.fixture
def other(clip: Path, tmp_path: Path) -> Path:
    """The same with other weights."""
    folder = Path(shutil.copytree(clip, tmp_path / "other"))
    content = tensors(folder)
    save_tensors(folder, {name: np.array(np.flip(value)) for name, value in content.items()})
    return folder


def vectors_of(folder: Path) -> np.ndarray:
    return load_encoder(str(folder)).embed_texts(TEXTS)


def files_fetched(hub: HubServer) -> set[str]:
    return {request.path for request in hub.requests if "/resolve/" in request.url}


def test_a_name_loads_and_only_what_is_needed_is_fetched(hub: HubServer, clip: Path) -> None:
    commit = hub.add_repo("model", NAME, clip)
    size = bytes_to_fetch(NAME)
    needed = {"config.json", "model.safetensors", "preprocessor_config.json", "vocab.json"}
    needed |= {"merges.txt"}
    assert size == sum((clip / name).stat().st_size for name in needed)
    encoder = load_encoder(NAME)
    assert (encoder.info.id, encoder.info.revision) == (NAME, commit)
    assert files_fetched(hub) == needed
    assert bytes_to_fetch(NAME) == 0
    np.testing.assert_array_equal(encoder.embed_texts(TEXTS), vectors_of(clip))


def test_facts_cost_one_small_file(hub: HubServer, clip: Path) -> None:
    commit = hub.add_repo("model", NAME, clip)
    info = encoder_info(NAME)
    assert (info.id, info.revision, info.dimension) == (NAME, commit, 24)
    assert files_fetched(hub) == {"config.json"}


def test_a_revision_is_a_branch_a_tag_or_a_commit(hub: HubServer, clip: Path, other: Path) -> None:
    old = hub.add_repo("model", NAME, clip)
    hub.add_repo("model", NAME, other, revision="v2")
    hub.add_repo("model", NAME, other, revision="refs/pr/3")
    for revision, folder in (("main", clip), (old, clip), ("v2", other), ("refs/pr/3", other)):
        encoder = load_encoder(f"{NAME}@{revision}")
        np.testing.assert_array_equal(encoder.embed_texts(TEXTS), vectors_of(folder))
        assert encoder.info.id == NAME
    assert pinned(f"{NAME}@{old[:40]}") == (NAME, old)
    with pytest.raises(ModelNotFound, match="no-such-branch"):
        encoder_info(f"{NAME}@no-such-branch")


def test_what_is_on_record_stays_when_main_moves_and_the_hub_is_gone(
    hub: HubServer, clip: Path, other: Path
) -> None:
    commit = hub.add_repo("model", NAME, clip)
    load_encoder(NAME)
    new = hub.add_repo("model", NAME, other)
    assert encoder_info(NAME).revision == new
    hub.stop()
    asked = len(hub.requests)  # open connections are still answered
    registry._load.cache_clear()
    encoder = load_encoder(NAME, commit)
    assert encoder.info.revision == commit
    np.testing.assert_array_equal(encoder.embed_texts(TEXTS), vectors_of(clip))
    assert bytes_to_fetch(NAME, commit) == 0
    assert len(hub.requests) == asked


def test_sharded_weights(hub: HubServer, clip: Path) -> None:
    shard_weights(clip)
    hub.add_repo("model", NAME, clip)
    np.testing.assert_array_equal(load_encoder(NAME).embed_texts(TEXTS), vectors_of(clip))


def propose(hub: HubServer, clip: Path, author: str = CONVERTER, **edits: bytes) -> tuple[str, str]:
    """The real openai/clip-vit-base-patch32: a pickle on main, safetensors in a proposal."""
    converted = {p.name: p for p in clip.iterdir() if p.is_file()} | edits
    safe = converted.pop("model.safetensors").read_bytes()
    pickle_weights(clip)
    converted["pytorch_model.bin"] = edits.get("pytorch_model.bin", clip / "pytorch_model.bin")
    main = hub.add_repo("model", NAME, clip)
    proposed = hub.add_repo("model", NAME, {**converted, "model.safetensors": safe}, PROPOSAL)
    hub.repos["model", NAME].authors[PROPOSAL] = author
    return main, proposed


def test_the_conversion_of_a_pickle_is_taken(hub: HubServer, clip: Path, other: Path) -> None:
    expected = vectors_of(clip)
    _, proposed = propose(hub, clip)
    encoder = load_encoder(NAME)
    assert encoder.info.revision == proposed
    np.testing.assert_array_equal(encoder.embed_texts(TEXTS), expected)
    assert "pytorch_model.bin" not in files_fetched(hub)
    registry._load.cache_clear()
    asked = len(hub.requests)
    np.testing.assert_array_equal(load_encoder(NAME, proposed).embed_texts(TEXTS), expected)
    assert len(hub.requests) == asked


@pytest.mark.parametrize(
    ("author", "edits"),
    [
        ("a-stranger", {}),
        (CONVERTER, {"config.json": b"{}"}),
        (CONVERTER, {"pytorch_model.bin": b"other weights"}),
        (CONVERTER, {"tokenizer_config.json": b"{}"}),
    ],
)
def test_another_proposal_is_not(
    hub: HubServer, clip: Path, author: str, edits: dict[str, bytes]
) -> None:
    propose(hub, clip, author, **edits)
    with pytest.raises(ModelNotFound, match=r"no weights in safetensors.*pickled_weights = true"):
        load_encoder(NAME)
    assert "model.safetensors" not in files_fetched(hub)


def test_closed_discussions_hold_no_conversion(hub: HubServer, clip: Path) -> None:
    propose(hub, clip)
    hub.fail(f"/api/models/{NAME}/discussions", status=403, times=9)
    with pytest.raises(ModelNotFound, match=r"no weights in safetensors.*owner/model@revision"):
        load_encoder(NAME)
    assert hub.asked(f"/api/models/{NAME}/discussions")


def test_a_pickle_from_the_hub_where_asked(hub: HubServer, clip: Path, tmp_path: Path) -> None:
    expected = vectors_of(clip)
    main, _ = propose(hub, clip, "a-stranger")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "artlens.toml").write_text("[encoder]\npickled_weights = true\n")
    encoder = load_encoder(NAME)
    assert encoder.info.revision == main
    np.testing.assert_array_equal(encoder.embed_texts(TEXTS), expected)


def test_an_unfit_model_is_refused_before_its_weights_are_fetched(
    hub: HubServer, clip: Path
) -> None:
    checkpoints.edit_json(clip / "config.json", model_type="siglip2")
    hub.add_repo("model", NAME, clip)
    with pytest.raises(ModelNotFound, match="NaFlex"):
        load_encoder(NAME)
    assert files_fetched(hub) == {"config.json"}


def test_a_model_that_is_no_encoder_names_what_it_lacks(hub: HubServer, clip: Path) -> None:
    (clip / "preprocessor_config.json").unlink()
    hub.add_repo("model", NAME, clip)
    with pytest.raises(ModelNotFound, match=r"painter/tiny-clip.*lacks preprocessor_config"):
        load_encoder(NAME)


def test_an_unknown_name_says_where_it_was_looked_for(hub: HubServer) -> None:
    with pytest.raises(ModelNotFound, match=r"no config\.json.*on the Hub: .*no model"):
        load_encoder("painter/no-such")


def test_only_a_model_folder_hides_the_hub(hub: HubServer, clip: Path, other: Path) -> None:
    commit = hub.add_repo("model", NAME, clip)
    Path(NAME).mkdir(parents=True)
    assert encoder_info(NAME).revision == commit
    shutil.copytree(other, NAME, dirs_exist_ok=True)
    assert encoder_info(NAME).revision == encoder_info(str(other)).revision
    assert pinned(NAME)[0] == str(Path(NAME).resolve())
    assert encoder_info(NAME, commit).revision == commit  # what a home has on record
