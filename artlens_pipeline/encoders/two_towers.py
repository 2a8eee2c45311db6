"""Two-tower checkpoints of transformers (CLIP, SigLIP and their kin) as an `Encoder`.

Belongs here: pixels and strings through the two towers, as the checkpoint's own processor and model
do it. Does not belong here: loading the parts (`checkpoint`), what differs by model (`families`).
"""

import numpy as np

from artlens_pipeline.encoders import checkpoint
from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.encoders.towers import BatchedEncoder, as_float32

CHARACTERS_A_TOKEN = 100


class TwoTowerEncoder(BatchedEncoder):
    """A checkpoint's two towers in fp32, from a folder alone."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raise ModelNotFound, in one line, where the parts can't be loaded or don't fit."""
        self.info, self._family = folder.info, folder.family
        try:
            with checkpoint.quiet():
                self.preprocessing = checkpoint.load_preprocessing(folder)
                self._tokenizer = checkpoint.load_tokenizer(folder)
                self._model = checkpoint.load_model(folder)
                self.context_length = self._context_length()
                self.longest_text = CHARACTERS_A_TOKEN * self.context_length
                self._try_out()
        except ModelNotFound:
            raise
        except Exception as error:  # transformers raises whatever its parts raise
            raise ModelNotFound(
                f"{folder.path} can't be loaded: {checkpoint.in_a_line(error)}"
            ) from error

    def _texts(self, texts: list[str]) -> np.ndarray:
        import torch

        from artlens_pipeline.encoders.image_module import unit

        tokens = self._tokenizer(
            texts,
            padding=self._family.padding,
            truncation=True,
            max_length=self.context_length,
            return_tensors="pt",
        )
        with torch.inference_mode():
            return as_float32(unit(self._model.get_text_features(**tokens)))

    def _context_length(self) -> int:
        """The least of what tokenizer, training and the text tower's positions allow."""
        text = self._model.config.get_text_config()
        positions = getattr(text, "max_position_embeddings", None)
        lengths = [int(self._tokenizer.model_max_length), self._family.context]
        if positions is not None:
            lengths.append(positions - self._family.reserved_positions)
        return min(length for length in lengths if length is not None)

    def _try_out(self) -> None:
        """Processor, tokenizer and model may each be whole and not fit together."""
        size = self.preprocessing.size
        black = np.zeros((1, size, size, 3), dtype=np.uint8)
        for vectors in (self.embed_images(black), self._texts(["a painting"])):
            if vectors.shape[1] != self.info.dimension:
                raise ValueError(
                    f"config.json says {self.info.dimension} dimensions, a tower gives "
                    f"{vectors.shape[1]}"
                )
            if not np.isfinite(vectors).all():
                raise ValueError("its embeddings are no numbers; the weights are damaged")
