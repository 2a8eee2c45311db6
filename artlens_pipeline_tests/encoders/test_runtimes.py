"""Each runtime is held to the encoder's own fp32 in torch."""

import logging
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import Encoder, load_encoder
from artlens_pipeline.encoders import runtime as runtimes
from artlens_pipeline.encoders.runtime import ImageRuntime, RuntimeMissing, open_runtime
from artlens_pipeline.encoders.trial import embed, fidelity
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.painted_gallery import works

Checkpoint = Callable[[str], Path]
openvino = pytest.mark.skipif(not runtimes.has_openvino(), reason="needs the extra openvino")


@pytest.fixture(scope="module")
def mini() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def pixels(mini: Encoder, painted: Path) -> np.ndarray:
    from PIL import Image

    images = (Image.open(painted / work["path"]) for work in works(painted))
    return np.stack([mini.preprocessing(image) for image in images])


def never() -> np.ndarray:
    raise AssertionError("no sample was needed")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtimes")


@pytest.mark.parametrize(
    ("name", "precision", "cosine", "neighbours"),
    [
        ("torch", "fp32", 1 - 1e-6, 1.0),
        ("torch", "bf16", 0.999, 0.95),
        pytest.param("openvino", "fp32", 1 - 1e-5, 0.99, marks=openvino),
        pytest.param("openvino", "bf16", 0.999, 0.95, marks=openvino),
        pytest.param("openvino", "int8", 0.98, 0.8, marks=openvino),
    ],
)
def test_a_runtime_embeds_as_the_encoder_does(
    mini: Encoder, pixels: np.ndarray, kept: Path, name: str, precision: str, cosine: float,
    neighbours: float,
) -> None:  # fmt: skip
    runtime = open_runtime(mini, name, precision, kept, lambda: pixels)  # type: ignore[arg-type]
    assert (runtime.name, runtime.precision) == (name, precision)
    reference, found = mini.embed_images(pixels), embed(runtime, pixels, 16)
    assert found.dtype == np.float32 and found.shape == reference.shape
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-3)
    share, median = fidelity(found, reference)
    assert median >= cosine and share >= neighbours


@openvino
@pytest.mark.parametrize("kind", ["clip", "siglip", "metaclip_2", "altclip", "chinese_clip"])
def test_openvino_takes_checkpoints_of_every_kind(
    checkpoint: Checkpoint, tmp_path: Path, kind: str
) -> None:
    encoder = load_encoder(str(checkpoint(kind)))
    size = encoder.preprocessing.size
    noise = np.random.default_rng(0).integers(0, 256, (20, size, size, 3), dtype=np.uint8)
    runtime = open_runtime(encoder, "openvino", "fp32", tmp_path, never)
    found = np.einsum("nd,nd->n", embed(runtime, noise, 7), encoder.embed_images(noise))
    assert found.min() > 1 - 1e-4


@openvino
def test_an_encoder_that_openvino_does_not_know_is_refused(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    encoder = load_encoder(str(checkpoint("align")))  # its pooling is larger than what it pools
    with pytest.raises(RuntimeMissing, match="OpenVINO can't convert this encoder: "):
        open_runtime(encoder, "openvino", "fp32", tmp_path, never)
    assert not list(tmp_path.iterdir())
    assert logging.getLogger("artlens").isEnabledFor(logging.WARNING)


@openvino
def test_batches_at_the_same_time_do_not_mix(mini: Encoder, pixels: np.ndarray, kept: Path) -> None:
    runtime = open_runtime(mini, "openvino", "fp32", kept, never)
    one_by_one = np.concatenate([runtime.embed_images(pixels[i : i + 1]) for i in range(8)])
    with ThreadPoolExecutor(8) as threads:
        rounds = list(threads.map(lambda _: runtime.embed_images(pixels[:8]), range(16)))
    for found in rounds:
        assert np.allclose(found, one_by_one, atol=1e-4)


@openvino
def test_what_is_converted_is_kept_and_mended_by_removing_it(
    mini: Encoder, pixels: np.ndarray, tmp_path: Path
) -> None:
    def opened() -> ImageRuntime:
        return open_runtime(mini, "openvino", "int8", tmp_path, lambda: pixels)

    before = opened().embed_images(pixels[:4])
    files = sorted(tmp_path.rglob("model.*"))
    stamps = [file.stat().st_mtime_ns for file in files]
    assert len(files) == 4
    assert np.array_equal(opened().embed_images(pixels[:4]), before)
    assert [file.stat().st_mtime_ns for file in files] == stamps
    (tmp_path / "int8" / "model.xml").write_text("<net")
    with pytest.raises(ArtLensError, match=r"can't be read; remove that folder and run again"):
        opened()
    shutil.rmtree(tmp_path / "int8")
    assert np.allclose(opened().embed_images(pixels[:4]), before, atol=1e-3)


@openvino
def test_nothing_is_reported_over_the_network(mini: Encoder, tmp_path: Path) -> None:
    open_runtime(mini, "openvino", "fp32", tmp_path, never)
    assert "openvino_telemetry" not in sys.modules
    assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]


def test_what_is_not_there_says_what_to_do(
    mini: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RuntimeMissing, match="int8 needs the runtime openvino"):
        open_runtime(mini, "torch", "int8", tmp_path, never)
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(RuntimeMissing, match=r"pip install 'artlens-pipeline\[openvino\]'"):
        open_runtime(mini, "openvino", "bf16", tmp_path, never)
