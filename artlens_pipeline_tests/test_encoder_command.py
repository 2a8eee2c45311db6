"""The command with an encoder of the Hub: what it says of the fetch, and what stays on record."""

import json
from pathlib import Path

import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.commands.encoder import fetch, pin
from artlens_pipeline.encoders import ModelNotFound, encoder_info, registry
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.encoders import checkpoints
from artlens_pipeline_tests.hub.server import HubServer

NAME = "painter/tiny-clip"


@pytest.fixture
def commit(hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "home"))
    registry._load.cache_clear()
    return hub.add_repo("model", NAME, checkpoints.clip(tmp_path / "checkpoint"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_the_size_is_said_before_the_fetch(
    home: Home, commit: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    encoder = pin(home, f"{NAME}@main")
    assert encoder == (NAME, commit)
    fetch(*encoder)
    files = {path for path in (tmp_path / "checkpoint").iterdir() if path.name != "config.json"}
    size = sum(path.stat().st_size for path in files)  # the configuration says what it is
    said = capsys.readouterr().out
    assert said.startswith(f"fetching the encoder {NAME} takes {size / 1e3:.3g} kB in ")
    fetch(*encoder)
    assert capsys.readouterr().out == ""


def test_what_is_on_record_is_fetched_by_its_commit(
    home: Home, commit: str, hub: HubServer, tmp_path: Path
) -> None:
    Collection().with_encoder(NAME, commit).save(home)
    hub.add_repo("model", NAME, checkpoints.clip(tmp_path / "newer", seed=1))
    assert pin(home, None) == (NAME, commit)
    fetch(NAME, commit)
    asked = len(hub.requests)
    assert pin(home, None) == (NAME, commit)
    fetch(NAME, commit)
    assert len(hub.requests) == asked


def test_an_unknown_encoder_and_a_changed_folder_stop_the_command(
    home: Home, tmp_path: Path
) -> None:
    with pytest.raises(ModelNotFound, match="no-such"):
        pin(home, "no-such")
    folder = str(checkpoints.clip(tmp_path / "checkpoint"))
    Collection().with_encoder(folder, "0123456789ab").save(home)
    with pytest.raises(ArtLensError, match="embedded by 0123456789ab"):
        pin(home, None)
    assert pin(home, folder) == (folder, encoder_info(folder).revision)


@pytest.mark.slow
def test_from_the_hub_to_a_search_without_it(
    home: Home, commit: str, hub: HubServer, painted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = artlens(home, "run", str(painted), "--limit", "6", "--encoder", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"fetching the encoder {NAME} takes" in done.stdout
    assert (Collection.load(home).encoder, Collection.load(home).revision) == (NAME, commit)
    hub.stop()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = artlens(home, "search", "pastel trees", "-k", "3", "--json")
    assert len(json.loads(found.stdout)) == 3, found.stderr
    again = artlens(home, "run")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "nothing to recompute" in again.stdout
    assert commit in artlens(home, "doctor").stdout
