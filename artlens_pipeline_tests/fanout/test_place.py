"""`ARTLENS_COMPUTE` is read strictly, and told on to plain `dagster`."""

from pathlib import Path

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.place import COMPUTE, Place
from artlens_pipeline.home import Home


@pytest.mark.parametrize(
    ("said", "name", "address"),
    [
        ("", "local", ""),
        ("local", "local", ""),
        ("ray", "ray", ""),
        ("ray://head", "ray://head:10001", "ray://head:10001"),
        ("ray://10.0.0.7:4321", "ray://10.0.0.7:4321", "ray://10.0.0.7:4321"),
        ("ray://[::1]:4321", "ray://[::1]:4321", "ray://[::1]:4321"),
    ],
)
def test_it_names_a_place(
    monkeypatch: pytest.MonkeyPatch, said: str, name: str, address: str
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv(COMPUTE, said)
    place = Place.current()
    assert (place.name, place.address) == (name, address)
    assert place.on_ray == (name != "local")


@pytest.mark.parametrize(
    "said",
    [
        "Ray",
        "dask",
        "ray:",
        "ray://",
        "ray://:1",
        "ray://host:port",
        "ray://host:99999",
        "ray://user:secret@host:1",
        "ray://host:1/path",
        "ray://host:1?query",
        "ray://host:1#part",
        "http://host:1",
        "ray://[::1",
        " ray",
    ],
)
def test_what_is_no_place_is_refused_in_a_line(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(COMPUTE, said)
    with pytest.raises(ArtLensError, match=r"^ARTLENS_COMPUTE is none of .*leave it") as refused:
        Place.current()
    assert "secret" not in str(refused.value) and "\n" not in str(refused.value)


def test_ray_joins_the_cluster_that_is_named_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMPUTE, "ray")
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.7:6379")
    assert str(Place.current()) == "ray at 10.0.0.7:6379"
    monkeypatch.setenv("RAY_ADDRESS", "local")
    assert str(Place.current()) == "ray, a cluster of its own"
    monkeypatch.delenv("RAY_ADDRESS")
    assert str(Place.current()) == "ray, a cluster of its own"


def test_the_home_tells_it_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(COMPUTE, raising=False)
    assert COMPUTE not in Home(tmp_path).environment()
    monkeypatch.setenv(COMPUTE, "ray://head")
    assert Home(tmp_path).environment()[COMPUTE] == "ray://head:10001"
