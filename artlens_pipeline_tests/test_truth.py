"""What the gallery's painter knows of it, found again by the pipeline."""

from pathlib import Path

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.painted_gallery import accidents, rows


def pairs(home: Home, kind: str) -> set[frozenset[str]]:
    """Source keys of the pairs that the pipeline found."""
    query = (
        "SELECT a.source_key, b.source_key FROM near_duplicates d "
        "JOIN artworks a ON a.sample_id = d.sample_id "
        f"JOIN artworks b ON b.sample_id = d.duplicate_id WHERE kind = '{kind}'"
    )
    return {frozenset(row) for row in Warehouse(home.warehouse).query(query)[1]}


def known(folder: Path, kind: str) -> set[frozenset[str]]:
    return {frozenset((row["path"], row["of"])) for row in accidents(folder, kind)}


def test_damaged_files_are_rejected_and_nothing_else(finished: Home, painted: Path) -> None:
    found = Warehouse(finished.warehouse).query("SELECT source_key, reason FROM rejected_samples")
    assert {key for key, _ in found[1]} == {row["path"] for row in accidents(painted, "damaged")}
    assert all(reason for _, reason in found[1])


def test_exact_duplicates_are_found_and_are_not_unique(finished: Home, painted: Path) -> None:
    exact = known(painted, "exact_duplicate")
    assert pairs(finished, "exact") == exact
    query = "SELECT source_key, uniqueness FROM artworks"
    scores = dict(Warehouse(finished.warehouse).query(query)[1])
    assert all(scores[path] == 0 for pair in exact for path in pair)


def test_near_duplicates_are_found(finished: Home, painted: Path) -> None:
    assert pairs(finished, "near") >= known(painted, "near_duplicate")


def test_strays_are_among_the_most_unique(finished: Home, painted: Path) -> None:
    query = "SELECT source_key FROM artworks ORDER BY uniqueness DESC LIMIT 6"
    first = {key for (key,) in Warehouse(finished.warehouse).query(query)[1]}
    assert {row["path"] for row in accidents(painted, "odd_one_out")} <= first


def test_labels_of_the_manifest_are_the_warehouses(finished: Home, painted: Path) -> None:
    query = "SELECT source_key, artist, style, genre, title, year FROM artworks"
    held = {key: row for key, *row in Warehouse(finished.warehouse).query(query)[1]}
    listed = {row["path"]: row for row in rows(painted)}
    for key, labels in held.items():
        expected = [listed[key][name] for name in ("artist", "style", "genre", "title", "year")]
        assert [str(label) for label in labels] == expected
