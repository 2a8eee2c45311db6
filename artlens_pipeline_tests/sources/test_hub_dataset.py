"""A data set of the Hub as a source, through the real client and a local Hub."""

from pathlib import Path

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.hub import asking
from artlens_pipeline.sources.hub_dataset import HubDataset
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.hub.server import HubServer
from artlens_pipeline_tests.sources.huggan import Classes, write_shards
from artlens_pipeline_tests.sources.pictures import picture, rows

ID, URI = "huggan/wikiart", "hf://datasets/huggan/wikiart"


def file(number: int) -> str:
    return f"data/train-{number:05d}-of-00003.parquet"


@pytest.fixture
def dataset(hub: HubServer, tmp_path: Path) -> str:
    """Three files of 40 works each on the main branch; its commit."""
    works = rows(120, size=64)
    write_shards(tmp_path / "repo", works, 3, Classes.of(works))
    return hub.add_repo("dataset", ID, tmp_path / "repo")


def works_of(listing) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return dict(zip(listing["source_key"], listing["stamp"], strict=True))


@pytest.mark.parametrize(
    "uri",
    [
        URI,
        "hf://datasets/mnist",
        f"{URI}@refs/convert/parquet",
        f"{URI}@v1?subset=default&split=train",
    ],
)
def test_the_name_of_a_data_set_comes_back(uri: str) -> None:
    assert HubDataset.open(uri).uri == uri


@pytest.mark.parametrize(
    "uri", ["hf://models/a/b", "hf://datasets/", f"{URI}/data", f"{URI}?columns=x", "hf://a b"]
)
def test_another_form_is_refused(uri: str, tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="give hf://datasets/OWNER/NAME"):
        open_source(uri, tmp_path)


def test_labels_are_read_without_the_images(dataset: str, hub: HubServer, tmp_path: Path) -> None:
    source = open_source(URI, tmp_path / "out")
    listing = source.listing()
    assert listing["source_key"].tolist() == [f"{file(n)}#{r}" for n in range(3) for r in range(40)]
    assert set(listing["artist"]) == {"Ann"}
    assert source.revision == dataset
    sizes = [(tmp_path / "repo" / file(n)).stat().st_size for n in range(3)]
    assert all(hub.bytes_served(file(n)) < 0.5 * sizes[n] for n in range(3))


def test_a_limit_asks_for_no_file_beyond_it(dataset: str, hub: HubServer, tmp_path: Path) -> None:
    source = open_source(URI, tmp_path / "out")
    listing = source.listing(limit=30)
    source.fetch(works_of(listing.iloc[:30]))
    assert hub.bytes_served(file(0)) > 0
    assert not hub.bytes_served(file(1)) and not hub.bytes_served(file(2))


def test_works_come_with_their_bytes_and_later_without_the_hub(
    dataset: str, hub: HubServer, tmp_path: Path
) -> None:
    source = open_source(URI, tmp_path / "out")
    works = works_of(source.listing())
    need = source.need(works)
    sizes = [(tmp_path / "repo" / file(n)).stat().st_size for n in range(3)]
    assert sorted(need.values()) == [sum(sizes), sum(sizes)]
    files = source.fetch(works)
    assert [path.read_bytes() for path in files.values()] == [
        picture(n, size=64) for n in range(120)
    ]
    hub.stop()
    again = open_source(URI, tmp_path / "out", dataset)
    assert again.fetch(works) == files
    assert again.need(works) == {}


def test_a_new_revision_costs_its_changed_files_only(
    dataset: str, hub: HubServer, tmp_path: Path
) -> None:
    source = open_source(URI, tmp_path / "out")
    before = source.listing()
    source.fetch(works_of(before))
    works = rows(120, size=64)
    works[0] = {**works[0], "image": picture(999, size=64)}
    write_shards(tmp_path / "repo", works, 3, Classes.of(works))
    commit = hub.add_repo("dataset", ID, tmp_path / "repo")
    newer = open_source(URI, tmp_path / "out")
    after = newer.listing()
    served = hub.bytes_served(file(1))
    assert newer.revision == commit != dataset
    assert (before["stamp"] != after["stamp"]).tolist() == [True] * 40 + [False] * 80
    assert newer.fetch(works_of(after))[f"{file(0)}#0"].read_bytes() == picture(999, size=64)
    assert hub.bytes_served(file(1)) == served


def test_works_listed_at_another_commit_are_not_taken_from_this_one(
    dataset: str, hub: HubServer, tmp_path: Path
) -> None:
    works = works_of(open_source(URI, tmp_path / "out").listing())
    write_shards(tmp_path / "repo", list(reversed(rows(120, size=64))), 3)
    newer = open_source(URI, tmp_path / "out", hub.add_repo("dataset", ID, tmp_path / "repo"))
    with pytest.raises(ArtLensError, match=r"has changed since source_catalog"):
        newer.fetch(works)
    assert not list((tmp_path / "out").rglob("*.png"))


def test_a_revision_on_record_stays_what_it_was(
    dataset: str, hub: HubServer, tmp_path: Path
) -> None:
    write_shards(tmp_path / "repo2", rows(6), 3)
    hub.add_repo("dataset", ID, tmp_path / "repo2")
    assert len(open_source(URI, tmp_path, dataset).listing()) == 120
    assert len(open_source(f"{URI}@{dataset}", tmp_path).listing()) == 120
    assert len(open_source(URI, tmp_path).listing()) == 6


def test_faults_on_the_way(
    dataset: str, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(URI, tmp_path / "out")
    works = works_of(source.listing())
    monkeypatch.setattr(asking, "BACKOFF_S", 0.01)
    hub.fail(file(0), status=503, times=2)
    hub.truncate(file(1), after=50_000)
    files = source.fetch(works)
    assert [request.method for request in hub.asked(file(1))][-3:] == ["HEAD", "GET", "GET"]
    assert [path.read_bytes() for path in files.values()] == [
        picture(n, size=64) for n in range(120)
    ]


def test_labels_that_cannot_be_had(
    dataset: str, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BACKOFF_S", 0.01)
    hub.fail(file(2), status=503, times=100)
    with pytest.raises(ArtLensError, match=r"The Hub answered 503 for .*00002-of-00003\.parquet"):
        open_source(URI, tmp_path).listing()


def test_a_repository_without_parquet(hub: HubServer, tmp_path: Path) -> None:
    hub.add_repo("dataset", "a/b", {"x.jpg": b"x"})
    with pytest.raises(ArtLensError, match=r"a/b holds no Parquet files.*@refs/convert/parquet"):
        open_source("hf://datasets/a/b", tmp_path).listing()


def test_no_such_data_set_and_no_access(hub: HubServer, tmp_path: Path) -> None:
    hub.add_repo("dataset", "a/secret", {"x.parquet": b"x"}, token="hf_right")
    for name in ("a/none", "a/secret"):
        with pytest.raises(ArtLensError) as error:
            open_source(f"hf://datasets/{name}", tmp_path).listing()
        assert name in str(error.value) and "HF_TOKEN" in str(error.value)
