"""The choices of a training of artlens-mini, in one place.

Belongs here: numbers that a person may change, written into the model card. Does not belong here:
what is done with them (`training`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Sizes and schedule.

    Sides of squares: `first_size` to `last_size` of a training view, growing with the epochs, as
    small views are learnt from faster; `cached` of the pictures kept; `encoded` of what the encoder
    takes, above the last view as crops show things larger (Touvron et al. 2019, arXiv:1906.06423).
    """

    epochs: int = 30
    batch: int = 96
    first_size: int = 80
    last_size: int = 128
    cached: int = 160
    encoded: int = 144
    dimension: int = 256
    widths: tuple[int, ...] = (32, 64, 128, 256)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    stem_stride: int = 2
    text_width: int = 128
    vocab_size: int = 4000
    max_tokens: int = 32
    captions: int = 2
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.2
    averaging: float = 0.998
    head_weights: tuple[float, float, float] = (2.0, 1.0, 0.5)
    mixed: float = 0.5
    unknown_tokens: float = 0.05
    seed: int = 51

    def view_size(self, epoch: int) -> int:
        """Side of the views of an epoch, in steps of 16."""
        steps = (self.last_size - self.first_size) // 16 + 1
        return self.first_size + 16 * (epoch * steps // self.epochs)
