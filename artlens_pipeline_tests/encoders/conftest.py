"""Small checkpoints, each made once for all tests of encoders; not to be changed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artlens_pipeline_tests.encoders.checkpoints import KINDS


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a kind of `KINDS`."""
    root, made = tmp_path_factory.mktemp("checkpoints"), dict[str, Path]()

    def folder(kind: str) -> Path:
        if kind not in made:
            made[kind] = KINDS[kind](root / kind.replace(" ", "-"))
        return made[kind]

    return folder


@pytest.fixture
def clip(checkpoint: Callable[[str], Path], tmp_path: Path) -> Path:
    """A CLIP checkpoint of one's own."""
    return Path(shutil.copytree(checkpoint("clip"), tmp_path / "clip"))
