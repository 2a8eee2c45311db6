"""The sizes of artlens-mini, as `config.json` holds them.

Belongs here: the configuration. Does not belong here: the network (`mini_towers`, `mini_model`).
Imports transformers at its top: only the network's modules import this one.
"""

from typing import Any

from transformers import PretrainedConfig


class MiniConfig(PretrainedConfig):
    """Sizes of artlens-mini; `stage_blocks[i]` residual blocks of `stage_widths[i]` channels."""

    model_type = "artlens-mini"

    def __init__(
        self,
        *,
        projection_dim: int = 256,
        stage_widths: tuple[int, ...] = (40, 80, 160, 320),
        stage_blocks: tuple[int, ...] = (1, 2, 2, 1),
        stem_stride: int = 4,
        vocab_size: int = 4000,
        max_tokens: int = 32,
        text_width: int = 192,
        text_layers: int = 2,
        text_heads: int = 4,
        dropout: float = 0.1,
        pad_token_id: int = 0,
        **kwargs: Any,
    ) -> None:
        self.projection_dim = projection_dim
        self.stage_widths, self.stage_blocks = list(stage_widths), list(stage_blocks)
        self.stem_stride = stem_stride
        self.vocab_size, self.max_tokens = vocab_size, max_tokens
        self.text_width, self.text_layers, self.text_heads = text_width, text_layers, text_heads
        self.dropout = dropout
        self.pad_token_id = pad_token_id
        super().__init__(**kwargs)
