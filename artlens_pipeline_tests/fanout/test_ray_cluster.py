"""How many actors a cluster gets, and what is said of one that cannot be joined."""

import socket
import sys
from typing import Any

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.place import Place
from artlens_pipeline.fanout.ray_cluster import Size, connect, size
from artlens_pipeline_tests.fanout.ray_nodes import free_port


def node(cpus: float, gpus: float = 0, alive: bool = True) -> dict[str, Any]:
    return {"Alive": alive, "Resources": {"CPU": cpus, **({"GPU": gpus} if gpus else {})}}


@pytest.mark.parametrize(
    ("nodes", "accelerated", "expected"),
    [
        ([node(8), node(8)], False, Size(4, 4)),
        ([node(2), node(1)], False, Size(1, 2)),
        ([node(2), node(2)], False, Size(2, 2)),
        ([node(6), node(3)], False, Size(1, 4)),
        ([node(8), node(8, alive=False)], False, Size(2, 4)),
        ([node(0)], False, Size(1, 4)),
        ([], False, Size(1, 4)),
        ([node(0), node(16, 2), node(16)], True, Size(2, 4, 1)),
        ([node(0), node(16, 2), node(16)], False, Size(8, 4)),
        ([node(4, 4)], True, Size(4, 1, 1)),
        ([node(2, 4)], True, Size(4, 1, 1)),
        ([node(8, 0.5)], True, Size(2, 4)),
        ([node(8)], True, Size(2, 4)),
    ],
)
def test_as_many_actors_as_there_is_room_for_and_whole_gpus(
    nodes: list[dict[str, Any]], accelerated: bool, expected: Size
) -> None:
    assert size(nodes, 4, 0, accelerated) == expected


def test_a_cluster_that_grows_is_asked_for_more_than_it_has() -> None:
    assert size([node(4)], 4, 9, False) == Size(9, 4)
    assert size([node(4, 1)], 4, 9, True) == Size(9, 4, 1)


@pytest.mark.parametrize("form", ["ray://127.0.0.1:{}", "127.0.0.1:{}"])
def test_nobody_answers(form: str) -> None:
    address = form.format(free_port())
    with pytest.raises(ArtLensError, match=r"no Ray cluster answers at .* unset ARTLENS_COMPUTE"):
        connect(Place("ray", address))


def test_a_name_that_is_none() -> None:
    with pytest.raises(ArtLensError, match=r"no Ray cluster answers at ray://nowhere\.invalid:1 "):
        connect(Place("ray", "ray://nowhere.invalid:1"))


def test_ray_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = Place("ray", f"127.0.0.1:{listening.getsockname()[1]}")
        with pytest.raises(ArtLensError, match=r"pip install 'artlens-pipeline\[ray\]'"):
            connect(place)
