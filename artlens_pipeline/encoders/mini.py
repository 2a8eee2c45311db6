"""artlens-mini as an `Encoder`: pixels and strings in, unit vectors out.

Belongs here: the way from numpy arrays and strings through the network of `mini_model`. Does not
belong here: training (`atelier`). Imports torch only when an encoder is made.
"""

from typing import Any

import numpy as np

from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.files import TOKENIZER, WEIGHTS
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.encoders.towers import BatchedEncoder, as_float32


class MiniEncoder(BatchedEncoder):
    """The small embedded encoder, from a folder alone: no network, no remote code, no pickle."""

    longest_text = 2000

    def __init__(self, folder: ModelFolder) -> None:
        """Raise ModelNotFound where weights, tokenizer and configuration don't fit together."""
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from artlens_pipeline.encoders.mini_config import MiniConfig
        from artlens_pipeline.encoders.mini_model import MiniModel

        self.info, self.preprocessing = folder.info, folder.preprocessing
        try:
            config = MiniConfig.from_dict(folder.config)
            self.context_length = config.max_tokens
            self._model: Any = MiniModel(config)
            self._model.load_state_dict(load_file(folder.path / WEIGHTS))
            self._tokenizer = Tokenizer.from_file(str(folder.path / TOKENIZER))
        except Exception as error:  # safetensors and tokenizers raise plain Exceptions of their own
            raise ModelNotFound(f"{folder.path} can't be loaded: {error}") from error
        # torch's stubs lack this overload.
        self._model.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def _texts(self, texts: list[str]) -> np.ndarray:
        import torch

        encodings = self._tokenizer.encode_batch(texts)
        with torch.inference_mode():
            ids = torch.tensor([encoding.ids for encoding in encodings])
            return as_float32(self._model.get_text_features(ids))
