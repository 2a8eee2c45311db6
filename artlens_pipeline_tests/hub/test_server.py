"""The local Hub is one to the real client, also where ArtLens itself does not ask."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, HfFileSystem, snapshot_download

from artlens_pipeline_tests.hub.server import HubServer

NAME = "a-museum/paintings"
FILES = {
    "README.md": "# Paintings",
    "data/train-0.parquet": b"PAR1",
    "data/deep/er.txt": "x",
    "z.txt": "z",
}


@pytest.fixture
def commit(hub: HubServer) -> str:
    hub.page_size = 2
    return hub.add_repo("dataset", NAME, FILES)


def test_a_tree_comes_in_pages(hub: HubServer, commit: str) -> None:
    api = HfApi()
    deep = [entry.path for entry in api.list_repo_tree(NAME, repo_type="dataset", recursive=True)]
    assert deep == sorted([*FILES, "data", "data/deep"])
    assert len(hub.asked(f"/api/datasets/{NAME}/tree/main")) == 3
    under = api.list_repo_tree(NAME, "data", repo_type="dataset", revision=commit)
    assert [entry.path for entry in under] == ["data/deep", "data/train-0.parquet"]


def test_paths_are_told_apart(commit: str) -> None:
    paths = ["data/train-0.parquet", "data", "not there"]
    found = HfApi().get_paths_info(NAME, paths, repo_type="dataset", revision=commit)
    assert [type(entry).__name__ for entry in found] == ["RepoFolder", "RepoFile"]
    assert found[1].size == found[1].lfs.size == 4


def test_refs_and_pull_requests_are_listed(hub: HubServer, commit: str) -> None:
    pull = hub.add_repo("dataset", NAME, {"README.md": "# Better"}, "refs/pr/1")
    converted = hub.add_repo("dataset", NAME, {}, "refs/convert/parquet")
    refs = HfApi().list_repo_refs(NAME, repo_type="dataset", include_pull_requests=True)
    assert [(ref.name, ref.target_commit) for ref in refs.branches] == [("main", commit)]
    assert [(ref.name, ref.target_commit) for ref in refs.converts] == [("parquet", converted)]
    assert [(ref.ref, ref.target_commit) for ref in refs.pull_requests] == [("refs/pr/1", pull)]
    found = list(HfApi().get_repo_discussions(NAME, repo_type="dataset"))
    assert [(one.num, one.is_pull_request, one.repo_id) for one in found] == [(1, True, NAME)]


def test_a_snapshot_is_the_folder_that_was_added(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "sub" / "model.safetensors").write_bytes(b"weights")
    hub.add_repo("model", "clip", folder)
    there = Path(snapshot_download("clip"))
    assert (there / "config.json").read_text() == "{}"
    assert (there / "sub" / "model.safetensors").read_bytes() == b"weights"


def test_it_is_a_file_system(commit: str) -> None:
    files = HfFileSystem(skip_instance_cache=True)
    assert files.glob(f"datasets/{NAME}/data/*.parquet") == [
        f"datasets/{NAME}/data/train-0.parquet"
    ]
    with files.open(f"datasets/{NAME}@{commit}/data/train-0.parquet") as file:
        file.seek(1)
        assert file.read(2) == b"AR"
