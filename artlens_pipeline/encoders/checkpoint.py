"""The parts of a transformers checkpoint, loaded from a folder alone and checked.

Belongs here: what makes sure that a part is the checkpoint's own, whole and in fp32. Does not
belong here: embedding (`two_towers`). Imports torch and transformers inside functions; asks
transformers for its Pillow image processors, since torchvision is no dependency.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from artlens_pipeline.encoders.base import ModelNotFound, Preprocessing, triple
from artlens_pipeline.encoders.files import WEIGHTS
from artlens_pipeline.encoders.folder import ModelFolder

ADAPTER = "adapter_config.json"


def load_model(folder: ModelFolder) -> Any:
    """The model in fp32, ready to embed; ModelNotFound where weights lack or don't fit."""
    import torch
    from transformers import AutoModel

    model, told = AutoModel.from_pretrained(
        folder.path,
        dtype=torch.float32,
        use_safetensors=folder.weights[0].startswith(WEIGHTS),
        output_loading_info=True,
        **own(folder),
    )
    # transformers would fill these with random numbers, and say so in a warning.
    if missing := sorted(told["missing_keys"]):
        raise ModelNotFound(
            f"{folder.path} lacks {len(missing)} of its model's weights, such as {missing[0]}; "
            "take a checkpoint that has both towers whole."
        )
    towers = ("get_image_features", "get_text_features")
    if not all(callable(getattr(model, tower, None)) for tower in towers):
        raise ModelNotFound(
            f"{folder.path} holds a {type(model).__name__}, which has no {' and '.join(towers)}; "
            "take a model with two towers, as CLIP has."
        )
    return model.eval()


def load_tokenizer(folder: ModelFolder) -> Any:
    """The checkpoint's own tokenizer."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder.path, **own(folder))


def load_preprocessing(folder: ModelFolder) -> Preprocessing:
    """What the checkpoint's own image processor does, shown equal to it on a few pictures.

    ModelNotFound where it does something else than scale, crop and normalise to a square.
    """
    from transformers import AutoImageProcessor

    processor = AutoImageProcessor.from_pretrained(folder.path, backend="pil", **own(folder))
    kind = type(processor).__name__
    try:
        preprocessing = _described(processor.to_dict())
        alike = all(_alike(processor, preprocessing, image) for image in _pictures(preprocessing))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelNotFound(
            f"{folder.path} prepares its pictures by {kind} in a way that ArtLens can't follow "
            f"({error}); take a checkpoint of a fixed, square resolution."
        ) from error
    if not alike:
        raise ModelNotFound(
            f"{folder.path} prepares its pictures by {kind}, which does more than scale, crop and "
            "normalise; take a checkpoint of a fixed, square resolution."
        )
    return preprocessing


@contextmanager
def quiet() -> Iterator[None]:
    """Without transformers' bars and warnings: what matters of them is an error here."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def own(folder: ModelFolder) -> dict[str, Any]:
    """From this folder alone, and by code from it only if that was asked for.

    ModelNotFound for an adapter: transformers would load the model that it names, from elsewhere.
    """
    if ADAPTER in folder.names:
        raise ModelNotFound(
            f"{folder.path} holds an adapter of another model ({ADAPTER}); merge it into that "
            "model, and take what comes out."
        )
    return {"local_files_only": True, "trust_remote_code": folder.allowed.remote_code}


def in_a_line(error: Exception) -> str:
    """An error of others in a line; it may quote what stands in the checkpoint's files."""
    printable = "".join(char if char.isprintable() else " " for char in str(error))
    return " ".join(printable.split())[:400] or type(error).__name__


def _described(config: dict[str, Any]) -> Preprocessing:
    """Raises KeyError, TypeError or ValueError for what gives no squares."""
    read = Preprocessing.from_config(config)
    # EfficientNet's processor, which ALIGN uses: minus one after rescaling, and the division by
    # std a second time.
    offset, again = bool(config.get("rescale_offset")), bool(config.get("include_top"))
    twice = np.array(config["image_std"]) if again else np.ones(3)
    return replace(read, mean=triple(np.add(read.mean, offset)), std=triple(read.std * twice))


def _alike(processor: Any, preprocessing: Preprocessing, image: Image.Image) -> bool:
    theirs = np.asarray(processor(image, return_tensors="np")["pixel_values"])
    scaled = preprocessing(image).astype(np.float32) * preprocessing.scale
    ours = ((scaled - preprocessing.mean) / preprocessing.std).transpose(2, 0, 1)[np.newaxis]
    return theirs.shape == ours.shape and bool(np.allclose(theirs, ours, atol=1e-4))


def _pictures(preprocessing: Preprocessing) -> list[Image.Image]:
    """Noise in a wide, a high and a small format, of sides that no rule divides evenly."""
    noise, side = np.random.default_rng(0), preprocessing.size
    shapes = [(side + 5, 2 * side + 3), (3 * side + 1, side + 2), (side // 2 + 1, side // 3 + 2)]
    return [Image.fromarray(noise.integers(0, 256, (h, w, 3), dtype=np.uint8)) for h, w in shapes]
