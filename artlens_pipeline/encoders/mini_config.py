"""The sizes of artlens-mini, as `config.json` holds them.

Belongs here: the configuration. Does not belong here: the network (`mini_towers`, `mini_model`).
Plain types: a search should not wait for transformers, of which artlens-mini needs nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

MODEL_TYPE = "artlens-mini"


@dataclass(frozen=True)
class MiniConfig:
    """Sizes of artlens-mini; `stage_blocks[i]` residual blocks of `stage_widths[i]` channels."""

    projection_dim: int = 256
    stage_widths: tuple[int, ...] = (40, 80, 160, 320)
    stage_blocks: tuple[int, ...] = (1, 2, 2, 1)
    stem_stride: int = 4
    vocab_size: int = 4000
    max_tokens: int = 32
    text_width: int = 192
    text_layers: int = 2
    text_heads: int = 4
    dropout: float = 0.1
    pad_token_id: int = 0

    @classmethod
    def from_dict(cls, config: Mapping[str, Any]) -> "MiniConfig":
        """The sizes in a `config.json`, whose other keys are of no concern."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in config.items() if name in known})

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` reads, under the model's type."""
        return {"model_type": MODEL_TYPE, **asdict(self)}
