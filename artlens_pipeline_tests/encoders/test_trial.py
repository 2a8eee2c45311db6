"""Which runtime a trial takes."""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest

from artlens_pipeline.encoders.runtime import Precision, RuntimeMissing, RuntimeName
from artlens_pipeline.encoders.trial import (
    MIN_KEPT,
    Sample,
    Start,
    Trial,
    candidates,
    choose,
    fidelity,
    trials,
)


def tried(speed: float, kept: float = 1.0, precision: Precision = "bf16") -> Trial:
    return Trial("torch", precision, speed, kept, kept, 0.0)


FP32 = tried(10, precision="fp32")


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


VECTORS = unit(np.random.default_rng(0).normal(size=(60, 16)))


def test_the_fastest_that_keeps_the_neighbours_is_taken() -> None:
    fast, faster_unfaithful = tried(40, MIN_KEPT), tried(80, MIN_KEPT - 0.001)
    assert choose([FP32, tried(20), fast, faster_unfaithful]) is fast
    assert choose([FP32, faster_unfaithful]) is FP32


def test_a_little_faster_is_not_worth_it() -> None:
    assert choose([FP32, tried(10.9)]) is FP32
    assert choose([FP32, tried(11.1)]).images_per_s == 11.1


def test_what_alone_is_asked_for_is_obeyed_however_it_does() -> None:
    unfaithful = tried(1, 0.5, "int8")
    assert choose([unfaithful]) is unfaithful


def test_fidelity_is_of_neighbours_and_of_cosines() -> None:
    assert fidelity(VECTORS, VECTORS) == (1.0, pytest.approx(1.0))
    turned = np.roll(VECTORS, 1, axis=1)  # the same neighbours, other directions
    share, cosine = fidelity(turned, VECTORS)
    assert share == 1.0 and cosine < 0.9
    share, _ = fidelity(VECTORS[::-1], VECTORS)
    assert share < 0.5  # by chance 10 of 59


@pytest.mark.parametrize("count", [1, 2, 5])
def test_fidelity_of_few_works(count: int) -> None:
    assert fidelity(VECTORS[:count], VECTORS[:count]) == (1.0, pytest.approx(1.0))


def test_candidates_are_what_is_asked_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [c[:2] for c in candidates("torch", "auto")] == [("torch", "fp32"), ("torch", "bf16")]
    with pytest.raises(RuntimeMissing, match="torch has no int8"):
        candidates("torch", "int8")
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert {name for name, *_ in candidates("auto", "auto")} == {"torch"}
    for runtime, precision in (("openvino", "auto"), ("auto", "int8")):
        with pytest.raises(RuntimeMissing, match="openvino is not installed"):
            candidates(runtime, precision)


@dataclass
class Made:
    """A runtime that answers from a table of vectors after so many seconds."""

    name: RuntimeName
    precision: Precision
    vectors: np.ndarray
    seconds: float
    streams: int = 1

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        time.sleep(self.seconds)
        return self.vectors[pixels[:, 0, 0, 0]]


def sample(works: int) -> Sample:
    pixels = np.zeros((60, 1, 1, 3), dtype=np.uint8)
    pixels[:, 0, 0, 0] = np.arange(60)
    plain = Trial("torch", "fp32", 100.0, 1.0, 1.0, 0.0)
    return Sample(pixels, lambda _: VECTORS, VECTORS, (plain,), works=works, batch=30)


def test_what_cannot_pay_is_not_tried() -> None:
    opened: list[tuple[str, str]] = []

    def open_runtime(name: RuntimeName, precision: Precision) -> Made:
        opened.append((name, precision))
        return Made(name, precision, VECTORS, 0.01)

    asked = [("torch", "fp32", 0.0), ("torch", "bf16", 0.0), ("openvino", "int8", 60.0)]
    found = trials(open_runtime, asked, sample(1_000))  # type: ignore[arg-type]
    assert [t.precision for t in found] == ["fp32", "bf16"] and opened == [("torch", "bf16")]
    assert found[0].images_per_s == 100.0 and 300 < found[1].images_per_s < 3_000
    found = trials(open_runtime, asked, sample(1_000_000))  # type: ignore[arg-type]
    assert [t.precision for t in found] == ["fp32", "bf16", "int8"]


ENCODER = Made("torch", "fp32", VECTORS, 0.02)
PIXELS = sample(1).pixels


def reference(openvino: Made | Exception) -> Sample:
    def open_runtime(name: RuntimeName, precision: Precision) -> Made:
        assert (name, precision) == ("openvino", "fp32")
        if isinstance(openvino, Exception):
            raise openvino
        return openvino

    start = Start.of(ENCODER, PIXELS, 20)  # type: ignore[arg-type]
    assert np.array_equal(start.vectors, VECTORS[:40]) and 100 < start.images_per_s < 1_100
    return Sample.of(ENCODER, start, PIXELS, 1_000, 20, open_runtime)  # type: ignore[arg-type]


def test_openvino_gives_the_reference_where_it_does_the_same() -> None:
    near = unit(VECTORS + 1e-4 * np.random.default_rng(1).normal(size=VECTORS.shape))
    found = reference(Made("openvino", "fp32", near, 0.001))
    assert [t[:2] for t in found.tried] == [("torch", "fp32"), ("openvino", "fp32")]
    assert np.array_equal(found.reference, near) and np.array_equal(found.embed(PIXELS), near)
    asked = [("torch", "fp32", 0.0), ("openvino", "fp32", 20.0), ("torch", "bf16", 0.0)]
    slow = Made("torch", "bf16", VECTORS, 0.5)
    tried = trials(lambda *_: slow, asked, found)  # type: ignore[arg-type]
    assert tuple(tried[:2]) == found.tried and len(tried) == 2  # torch in bf16 is hopeless


@pytest.mark.parametrize(
    "openvino", [Made("openvino", "fp32", VECTORS[::-1], 0.001), RuntimeError("no such operation")]
)
def test_where_it_does_not_the_encoder_itself_does(openvino: Made | Exception) -> None:
    found = reference(openvino)
    assert np.array_equal(found.reference, VECTORS)
    assert [t[:2] for t in found.tried] == [("torch", "fp32")]
    assert np.array_equal(found.embed(PIXELS), VECTORS)


def test_torch_is_not_tried_where_openvino_was() -> None:
    asked = [("torch", "fp32", 0.0), ("openvino", "bf16", 0.0), ("torch", "bf16", 0.0)]
    made = trials(lambda n, p: Made(n, p, VECTORS, 0.01), asked, sample(100_000))  # type: ignore
    assert [t[:2] for t in made] == [("torch", "fp32"), ("openvino", "bf16")]


def test_a_hopelessly_slow_one_is_left_after_its_first_batch() -> None:
    def open_runtime(name: RuntimeName, precision: Precision) -> Made:
        return Made(name, precision, VECTORS, 3.2)  # 30 works take .3 s in fp32

    asked = [("torch", "fp32", 0.0), ("torch", "bf16", 0.0)]
    assert len(trials(open_runtime, asked, sample(10_000))) == 1  # type: ignore[arg-type]


def test_one_that_fails_is_passed_over_unless_it_alone_is_asked_for() -> None:
    def open_runtime(name: RuntimeName, precision: Precision) -> Made:
        raise RuntimeError("an operation that nobody knows")

    asked = [("torch", "fp32", 0.0), ("openvino", "bf16", 0.0)]
    assert len(trials(open_runtime, asked, sample(10_000))) == 1  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="nobody knows"):
        trials(open_runtime, asked[1:], sample(10_000))  # type: ignore[arg-type]
