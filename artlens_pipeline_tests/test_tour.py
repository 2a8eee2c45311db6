"""The notebook of the docs runs as it stands, on fewer works, and what it shows is there."""

import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TOUR = Path(__file__).resolve().parents[1] / "docs" / "tour.ipynb"
PICTURE = "image/jpeg"


def pictures(notebook: nbformat.NotebookNode) -> list[int]:
    """How many pictures each cell shows."""
    cells = (cell.get("outputs", []) for cell in notebook.cells)
    return [sum(PICTURE in output.get("data", {}) for output in outputs) for outputs in cells]


def test_the_tour_runs_from_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUR_WORKS", "80")
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "tour"))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    kept = nbformat.read(TOUR, 4)
    run = nbformat.read(TOUR, 4)
    NotebookClient(run, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert pictures(run) == pictures(kept) and sum(pictures(kept)) >= 12
    said = "".join(
        output.get("text", "") for cell in run.cells for output in cell.get("outputs", [])
    )
    assert "works, 2 rejected" in said and "failed" not in said


def test_what_is_kept_of_it_names_no_machine() -> None:
    text = TOUR.read_text()
    assert "\\u001b[" not in text and "/tmp/" not in text and len(text) < 1_500_000
    assert all(
        cell.get("execution_count")
        for cell in nbformat.read(TOUR, 4).cells
        if cell.cell_type == "code"
    )
