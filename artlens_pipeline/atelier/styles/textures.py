"""What lies on a picture beside its colours: relief of paint, canvas, paper, varnish."""

import cv2
import numpy as np

from artlens_pipeline.atelier.styles.motif import Rng, to_bytes


def impasto(image: np.ndarray, relief: np.ndarray, strength: float) -> np.ndarray:
    """Light uint8 `image` from the upper left as if `relief` (uint8 `[h, w]`) stood out of it."""
    soft = cv2.GaussianBlur(relief, (3, 3), 0).astype(np.float32)
    slope = np.zeros_like(soft)
    slope[1:, 1:] = soft[1:, 1:] - soft[:-1, :-1]
    return to_bytes(image * (1 + slope * (strength / 255))[..., None])


def weave(rng: Rng, image: np.ndarray, strength: float) -> np.ndarray:
    """A canvas's threads, ± `strength` grey levels."""
    height, width = image.shape[:2]
    down = rng.normal(0, 1, (height, 1)) + np.sin(np.arange(height) * 2.1)[:, None]
    across = rng.normal(0, 1, (1, width)) + np.sin(np.arange(width) * 2.1)[None]
    threads = (down + across).astype(np.float32) * (strength / 2)
    return to_bytes(image + threads[..., None])


def paper(rng: Rng, image: np.ndarray, strength: float) -> np.ndarray:
    """Fibres and blotches of paper, ± `strength` grey levels."""
    height, width = image.shape[:2]
    fine = rng.normal(0, 1, (height // 2 + 1, width // 6 + 1)).astype(np.float32)
    coarse = rng.normal(0, 1, (5, 5)).astype(np.float32)
    fibres = cv2.resize(fine, (width, height)) + cv2.resize(
        coarse, (width, height), interpolation=cv2.INTER_CUBIC
    )
    return to_bytes(image + (strength * fibres)[..., None])


def clouds(rng: Rng, shape: tuple[int, int], cells: int) -> np.ndarray:
    """Smooth noise of about -1 to 1, float32 `[height, width]`."""
    coarse = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
