"""How the weights of artlens-mini step, and by how much at which step.

Belongs here: optimiser and schedule. Does not belong here: what is minimised (`objective`).
"""

import math
from collections.abc import Sequence

import torch
from torch.nn import Parameter

from artlens_pipeline.atelier.training.recipe import Recipe

WARMUP = 20
"""The learning rate rises over one step in so many."""


def optimizer_and_schedule(
    parameters: Sequence[Parameter], recipe: Recipe, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) with a warm-up and a cosine to zero."""
    groups: list[dict[str, object]] = [
        {"params": [p for p in parameters if p.ndim > 1]},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    warmup = max(1, steps // WARMUP)
    optimizer = torch.optim.AdamW(
        groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )

    def factor(step: int) -> float:
        return min((step + 1) / warmup, 0.5 + 0.5 * math.cos(math.pi * step / steps))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
