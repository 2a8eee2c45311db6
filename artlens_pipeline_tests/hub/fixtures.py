"""The local Hub as a fixture: this process and those it starts ask it, with an empty cache."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline_tests.hub.server import HubServer

# What a person's own machine may set, and what must not decide a test.
FOREIGN = ("HF_", "HUGGING", "TRANSFORMERS_")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A Hub without repositories; HF_HOME is a new folder, no token is set."""
    for name in os.environ:
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    with HubServer() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        read_environment()
        yield server
    monkeypatch.undo()
    read_environment()


def read_environment() -> None:
    """Let the client of this process read its variables anew, as it does at import."""
    from huggingface_hub import close_session, constants

    importlib.reload(constants)
    close_session()
