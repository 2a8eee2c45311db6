"""Small checkpoints, each made once for all tests of captioners; not to be changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from artlens_pipeline.captioners import registry
from artlens_pipeline_tests.captioners.checkpoints import KINDS


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a kind of `KINDS`."""
    root, made = tmp_path_factory.mktemp("captioners"), dict[str, Path]()

    def folder(kind: str) -> Path:
        if kind not in made:
            made[kind] = KINDS[kind](root / kind)
        return made[kind]

    return folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory and a home of one's own, and no captioner in memory."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "home"))
    registry._load.cache_clear()
