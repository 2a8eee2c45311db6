"""The genres of the painted gallery."""

from collections.abc import Callable

import numpy as np

from artlens_pipeline.atelier.scenes import indoors, outdoors
from artlens_pipeline.atelier.scenes.scene import Scene
from artlens_pipeline.atelier.scenes.shapes import Size

ABSTRACT = "abstract painting"
COMPOSERS: dict[str, Callable[[np.random.Generator, Size], Scene]] = {
    "landscape": outdoors.landscape,
    "seascape": outdoors.seascape,
    "cityscape": outdoors.cityscape,
    "nocturne": outdoors.nocturne,
    "still life": indoors.still_life,
    "flower painting": indoors.flower_painting,
    "portrait": indoors.portrait,
}
"""Genre → what composes a scene of it; abstract paintings are `abstract.composition`'s."""
UPRIGHT = frozenset({"portrait", "flower painting"})
"""Genres whose pictures are higher than wide."""
