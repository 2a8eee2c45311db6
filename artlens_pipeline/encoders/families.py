"""The two-tower models of transformers that ArtLens knows, by their `model_type`.

Belongs here: what has to be known of each besides its own files. Does not belong here: running
them (`two_towers`). A row may be added when a test shows its embeddings equal to those of the
checkpoint's own processor and model. Imports no torch, no transformers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Family:
    """How a kind of model is fed, and where its configuration says how long its vectors are.

    `padding` is of the texts in a batch. `dimension_keys` are looked up in turn, dotted into parts
    of the configuration; `dimension` is transformers' default for a file that says none of them.
    `context` is the tokens that the model was trained on where it could take more;
    `reserved_positions` are those of the text tower that no token can take.
    """

    dimension: int | None
    dimension_keys: tuple[str, ...] = ("projection_dim",)
    padding: Literal["longest", "max_length"] = "longest"
    context: int | None = None
    reserved_positions: int = 0


_SIGLIP_DIMENSION = ("text_config.projection_size", "text_config.hidden_size")
FAMILIES = {
    "align": Family(640, padding="max_length", context=64),
    # RoBERTa counts positions from the padding token's id on, which is 1.
    "altclip": Family(768, reserved_positions=2),
    "chinese_clip": Family(512),
    "clip": Family(512),
    "metaclip_2": Family(512),
    "siglip": Family(768, _SIGLIP_DIMENSION, padding="max_length"),
}
OTHER = Family(None)
"""A model with code of its own: nothing is known but what its files say."""

_ONE_TOWER = "which is one tower alone; take the model that has both"
KNOWN_UNFIT = {
    "siglip2": "which takes pictures in their own shape (NaFlex), as ArtLens does not; take one of "
    "a fixed resolution, such as google/siglip2-base-patch16-224",
    "clip_text_model": _ONE_TOWER,
    "clip_vision_model": _ONE_TOWER,
    "siglip_text_model": _ONE_TOWER,
    "siglip_vision_model": _ONE_TOWER,
}


def dimension(family: Family, config: Mapping[str, Any]) -> int:
    """The length of an embedding; ValueError where the configuration does not say it."""
    for key in family.dimension_keys:
        value: Any = config
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            return _whole(value, key)
    return _whole(family.dimension, family.dimension_keys[0])


def _whole(value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"names no whole {key}")
    return value
