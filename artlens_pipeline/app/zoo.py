"""The FiftyOne zoo model behind `clip_sim`: any ArtLens encoder, by name.

Here belongs only what FiftyOne's model interface asks for; weights, tokenizers and preprocessing
live in `artlens_pipeline.encoders`. The App's server, a process of its own, finds the class through
`manifest.json`, which `FIFTYONE_MODEL_ZOO_MANIFEST_PATHS` must name.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import eta.core.config as etac
import fiftyone.core.models as fom
import numpy as np
from PIL import Image

from artlens_pipeline.encoders import DEFAULT_ENCODER, load_encoder

ZOO_NAME = "artlens-encoder"


class ArtLensEncoderConfig(etac.Config):
    """Configuration of the zoo model: `encoder`, a name or folder that `load_encoder` knows.

    `revision` is that of the embeddings searched: it tells one brain run from the next, and is the
    commit of a model on the Hub.
    """

    def __init__(self, d: dict[str, Any]) -> None:
        self.encoder = self.parse_string(d, "encoder", default=DEFAULT_ENCODER)
        self.revision = self.parse_string(d, "revision", default="")


class ArtLensEncoder(fom.Model, fom.EmbeddingsMixin, fom.PromptMixin):
    """Embeds images and prompts as float32 unit vectors in one space.

    Raises what `load_encoder` raises when the configured encoder is unknown.
    """

    def __init__(self, config: ArtLensEncoderConfig) -> None:
        self.config = config
        self.encoder = load_encoder(config.encoder, config.revision)
        self._preprocess = True

    @property
    def media_type(self) -> str:
        """Images only."""
        return "image"

    @property
    def has_embeddings(self) -> bool:
        """Always: it does nothing else."""
        return True

    @property
    def can_embed_prompts(self) -> bool:
        """Always: every encoder has a text tower."""
        return True

    @property
    def ragged_batches(self) -> bool:
        """False: a batch may mix sizes, since each image is resized on its own."""
        return False

    @property
    def transforms(self) -> None:
        """None: preprocessing happens inside `embed_all`, not in a torch data loader."""
        return None

    @property
    def preprocess(self) -> bool:
        """Whether images still need the encoder's resizing and cropping."""
        return self._preprocess

    @preprocess.setter
    def preprocess(self, value: bool) -> None:
        self._preprocess = value

    def embed(self, arg: np.ndarray) -> np.ndarray:
        """One uint8 RGB image [h, w, 3] to its unit vector [d]."""
        return self.embed_all([arg])[0]

    def embed_all(self, args: Iterable[np.ndarray]) -> np.ndarray:
        """Images, uint8 [h, w, 3] of any size, to unit vectors [n, d]."""
        return self.encoder.embed_images(np.stack([self._pixels(image) for image in args]))

    def embed_prompt(self, arg: str) -> np.ndarray:
        """One prompt to its unit vector [d]."""
        return self.embed_prompts([arg])[0]

    def embed_prompts(self, args: Sequence[str]) -> np.ndarray:
        """Prompts to unit vectors [n, d]."""
        return self.encoder.embed_texts(list(args))

    def _pixels(self, image: np.ndarray) -> np.ndarray:
        if not self._preprocess:
            return np.asarray(image)
        return self.encoder.preprocessing(Image.fromarray(image).convert("RGB"))
