"""What a style is given to paint."""

from dataclasses import dataclass

import numpy as np

from artlens_pipeline.atelier.painters import Painter
from artlens_pipeline.atelier.palettes import Colour, Palette
from artlens_pipeline.atelier.scenes.scene import Scene

Rng = np.random.Generator


@dataclass(frozen=True)
class Motif:
    """A scene, the colours chosen for it, and whose hand paints it."""

    scene: Scene
    palette: Palette
    painter: Painter

    @property
    def unit(self) -> float:
        """Pixels of a hundredth of the picture's mean side: brushes scale with the picture."""
        width, height = self.scene.size
        return float((width * height) ** 0.5) / 100

    def blank(self, colour: Colour) -> np.ndarray:
        """A uint8 canvas `[h, w, 3]` of one colour."""
        width, height = self.scene.size
        return np.full((height, width, 3), np.clip(colour, 0, 255), dtype=np.uint8)


def to_bytes(values: np.ndarray) -> np.ndarray:
    """Any float picture as uint8."""
    return np.clip(values, 0, 255).astype(np.uint8)
