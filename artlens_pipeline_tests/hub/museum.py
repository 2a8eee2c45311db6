"""One data set on the local Hub, and ways to ask for it, shared by the tests of `hub`."""

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from artlens_pipeline_tests.hub.fixtures import read_environment

NAME = "a-museum/paintings"
INFO = f"/api/datasets/{NAME}"
CARD = "---\nlicense: cc0-1.0\nconfigs: [{config_name: default}]\n---\n# Paintings\n"
SHARD = "data/train-00000-of-00001.parquet"
SECRET = "hf_SecretOfTheMuseum"
# More than the client's chunk of 10 MiB: what it has of a chunk at a break is fetched again.
BYTES = os.urandom(1 << 20) * 25
FILES: dict[str, Path | bytes | str] = {"README.md": CARD, SHARD: BYTES, "a b/ü#?.txt": "hello"}


def with_variables(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    read_environment()


def python(code: str, **variables: str) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
