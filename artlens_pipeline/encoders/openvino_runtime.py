"""An image tower in OpenVINO, converted once and kept; int8 is calibrated on the collection.

Source of int8: NNCF's post-training quantization for transformers, with SmoothQuant.
"""

import io
import logging
import shutil
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from artlens_pipeline.cores import usable_cores
from artlens_pipeline.encoders.image_module import ImageModule
from artlens_pipeline.encoders.runtime import Precision, RuntimeMissing, RuntimeName
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.leftovers import half_written

MODEL = "model.xml"
CALIBRATED_ON = 128
"""Works at most by which int8 is calibrated."""


class OpenVinoRuntime:
    """A batch on each core at once, each on one thread: they wait for nothing of each other."""

    name: RuntimeName = "openvino"

    def __init__(
        self,
        module: ImageModule,
        precision: Precision,
        folder: Path,
        sample: Callable[[], np.ndarray],
    ) -> None:
        self.precision, self.streams = precision, usable_cores()
        self._local = threading.local()
        with _without_telemetry(), _own_logging():
            file = _kept(folder / "float", lambda: _converted(module))
            if precision == "int8":
                floats = file
                file = _kept(folder / "int8", lambda: _quantized(floats, sample()))
            self._compiled = _compiled(file, precision, self.streams)

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`."""
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        found = self._local.request.infer({0: np.ascontiguousarray(pixels)})[0]
        return np.array(found, dtype=np.float32)  # a copy: the request uses its memory again


def _compiled(file: Path, precision: Precision, streams: int) -> Any:
    import openvino as ov

    core = ov.Core()
    # Around int8's matrix products bf16 where the processor has it, else it has no effect.
    half = precision != "fp32" and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    properties = {
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": streams,
        "INFERENCE_PRECISION_HINT": "bf16" if half else "f32",
        "ENABLE_CPU_PINNING": False,  # the workers that decode want these cores too
    }
    try:
        return core.compile_model(core.read_model(file), "CPU", properties)
    except RuntimeError as error:
        raise ArtLensError(
            f"the converted encoder in {file.parent} can't be read; remove that folder and run "
            "again: it is converted anew"
        ) from error


def _converted(module: ImageModule) -> Any:
    import openvino as ov
    import torch

    size = module.size
    pixels = torch.zeros((2, size, size, 3), dtype=torch.uint8)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of every branch in the model's code
        try:
            return ov.convert_model(module, example_input=pixels, input=[(-1, size, size, 3)])
        except Exception as error:  # the tracer's, the converter's, the model's own
            line = " ".join(str(error).split())[:300]
            raise RuntimeMissing(f"OpenVINO can't convert this encoder: {line}") from error


def _quantized(file: Path, sample: np.ndarray) -> Any:
    import nncf
    import openvino as ov

    logging.getLogger("nncf").setLevel(logging.ERROR)
    images = [sample[i : i + 1] for i in range(min(len(sample), CALIBRATED_ON))]
    with redirect_stdout(io.StringIO()):  # its bars of progress
        return nncf.quantize(
            ov.Core().read_model(file),
            nncf.Dataset(images),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(images),
        )


def _kept(folder: Path, make: Callable[[], Any]) -> Path:
    """The model in `folder`, made and put there whole if it isn't there."""
    if (folder / MODEL).is_file():
        return folder / MODEL
    import openvino as ov

    temporary = half_written(folder)
    try:
        ov.save_model(make(), temporary / MODEL, compress_to_fp16=False)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / MODEL


@contextmanager
def _own_logging() -> Iterator[None]:
    """A conversion that fails leaves the root logger deaf to everything but errors."""
    root = logging.getLogger()
    level, filters, handlers = root.level, list(root.filters), list(root.handlers)
    try:
        yield
    finally:
        root.setLevel(level)
        root.filters[:], root.handlers[:] = filters, handlers


@contextmanager
def _without_telemetry() -> Iterator[None]:
    """OpenVINO and NNCF report their use over the network unless this package can't be imported."""
    name = "openvino_telemetry"
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
