"""Captioners by name: here, on the Hub, and names that mean nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.captioners import captioner_info, load_captioner, registry
from artlens_pipeline.captioners.registry import bytes_to_fetch
from artlens_pipeline.encoders import ModelNotFound
from artlens_pipeline_tests.captioners.test_vision_language import SHORT
from artlens_pipeline_tests.encoders.weights import pickle_weights
from artlens_pipeline_tests.hub.server import HubServer

NAME = "painter/tiny-captioner"
PICTURE = [np.full((40, 60, 3), 90, np.uint8)]


@pytest.fixture
def chatting(checkpoint: Callable[[str], Path], tmp_path: Path) -> Path:
    """A checkpoint with a chat template, and what else lies in a repository."""
    folder = Path(shutil.copytree(checkpoint("llava"), tmp_path / "copied"))
    (folder / "tf_model.h5").write_bytes(b"x" * 1000)
    return folder


def test_a_name_on_the_hub_loads_and_only_what_is_needed_is_fetched(
    hub: HubServer, chatting: Path
) -> None:
    commit = hub.add_repo("model", NAME, chatting)
    assert captioner_info(NAME).revision == commit
    needed = {path.name for path in chatting.iterdir()} - {"tf_model.h5"}
    lacking = needed - {"config.json"}
    assert bytes_to_fetch(NAME) == sum((chatting / name).stat().st_size for name in lacking)
    captioner = load_captioner(NAME, options=SHORT)
    assert (captioner.info.id, captioner.info.revision) == (NAME, commit)
    fetched = {request.path for request in hub.requests if "/resolve/" in request.url}
    assert fetched == needed and "chat_template.jinja" in fetched
    own = load_captioner(str(chatting), options=SHORT)
    assert captioner.caption(PICTURE) == own.caption(PICTURE)


def test_a_commit_stays_when_main_moves_and_the_hub_is_gone(hub: HubServer, chatting: Path) -> None:
    commit = hub.add_repo("model", NAME, chatting)
    said = load_captioner(NAME, options=SHORT).caption(PICTURE)
    assert hub.add_repo("model", NAME, {"config.json": "{}"}) != commit
    hub.stop()
    registry._load.cache_clear()
    assert load_captioner(NAME, commit, SHORT).caption(PICTURE) == said


def test_a_pickle_is_refused_and_the_setting_named(hub: HubServer, chatting: Path) -> None:
    pickle_weights(chatting)
    hub.add_repo("model", NAME, chatting)
    with pytest.raises(ModelNotFound, match=r"pickled_weights = true` under \[captions\]"):
        captioner_info(NAME)


def test_a_chat_template_runs_no_code(chatting: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (chatting / "chat_template.jinja").write_text(
        f"{{{{ cycler.__init__.__globals__.os.mkdir({str(ran)!r}) }}}}"
    )
    with pytest.raises(ModelNotFound, match="can't be loaded as a captioner"):
        load_captioner(str(chatting), options=SHORT)
    assert not ran.exists()


@pytest.mark.parametrize("name", ["", "artlens-mini", "no-such", "/no/such/folder", "a\0"])
def test_an_unknown_name_says_what_to_do(name: str) -> None:
    with pytest.raises(ModelNotFound, match="artlens-words"):
        load_captioner(name)


def test_a_repository_that_is_not_there(hub: HubServer) -> None:
    with pytest.raises(ModelNotFound, match="captioner 'painter/none' is no model folder here"):
        load_captioner("painter/none")
