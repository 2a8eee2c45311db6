"""What the command says: of mistakes before any run, of progress in one."""

import contextlib
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders.registry import EMBEDDED
from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.painted_gallery import FILES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "no collection yet"),
        (("run", "/no/such/folder"), "there is no folder /no/such/folder"),
        (("run", "{empty}"), "holds no images"),
        (("run", "{empty}", "--limit", "0"), "takes no work"),
        (("run", "{empty}", "--limit", "1", "--sample", "1"), "exclude each other"),
        (("run", "{empty}", "--add", "--replace"), "exclude each other"),
        (("run", "{empty}", "--encoder", "no-such-encoder"), "no-such-encoder"),
        (("search", "x"), "artlens run FOLDER"),
        (("sql", "SELECT 1"), "artlens run FOLDER"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    home = Home(tmp_path / "home")
    given = [item.format(empty=tmp_path / "empty") for item in arguments]
    failed = artlens(home, *given)
    assert failed.returncode == 2 and said in failed.stderr
    assert failed.stderr.count("\n") == 1 and "Traceback" not in failed.stderr
    assert not home.root.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[kmeans_clusters]\nn_clusters = 0\n", "n_clusters = 0: Input should be greater"),
        ("[compute]\nworkers = -1\n", "= -1: Input should be greater than or equal to 0"),
    ],
)
def test_settings_out_of_bounds_are_said_before_any_run(
    painted: Path, tmp_path: Path, text: str, said: str
) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text(text)
    failed = artlens(home, "run", str(painted))
    assert failed.returncode == 2 and failed.stderr.count("\n") == 1
    assert said in failed.stderr
    assert "FAIL  settings" in artlens(home, "doctor").stdout
    assert not home.collection.exists()


@pytest.mark.slow
def test_a_folder_of_weights_is_recorded_by_its_full_path(painted: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(EMBEDDED["artlens-mini"], tmp_path / "mine")
    (tmp_path / "damaged").mkdir()
    for file in (tmp_path / "mine").iterdir():
        shutil.copy(file, tmp_path / "damaged")
    (tmp_path / "damaged" / "model.safetensors").write_bytes(b"no weights")
    failed = artlens(home, "run", str(painted), "--encoder", str(tmp_path / "damaged"))
    assert failed.returncode == 2 and "damaged" in failed.stderr and not home.collection.exists()
    arguments = ("run", str(painted), "--limit", "3", "--encoder", "./mine")
    done = artlens(home, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Collection.load(home).encoder == str(tmp_path / "mine")


def test_another_collection_is_refused(finished: Home, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    refused = artlens(finished, "run", str(tmp_path))
    assert refused.returncode == 2
    assert "--add" in refused.stderr and "--replace" in refused.stderr


def test_help_is_quick_to_import() -> None:
    script = (
        "import sys; import artlens_pipeline.cli;"
        "print([m for m in ('dagster', 'torch', 'pandas', 'duckdb') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


@pytest.mark.slow
def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(finished: Home) -> None:
    assert f"ingest: {FILES}/{FILES}" in artlens(finished, "run").stderr
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "run"], env=environment(finished), stdout=child, stderr=child
    )
    os.close(child)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal that its last process left ends so
        while chunk := os.read(parent, 65536):
            shown += chunk
    os.close(parent)
    assert process.wait(60) == 0
    assert f"{FILES}/{FILES}" in shown.decode() and "━" in shown.decode()
