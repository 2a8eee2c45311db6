"""The machine as a training uses it."""

from collections.abc import Iterator

import pytest
import torch

from artlens_pipeline.atelier.training.machine import THREADS, use_machine


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_number_of_threads_is_fixed() -> None:
    torch.set_num_threads(1)
    use_machine()
    assert torch.get_num_threads() == THREADS


def test_other_systems_keep_their_allocator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("ctypes.CDLL", lambda _: pytest.fail("glibc was asked for"))
    use_machine()
