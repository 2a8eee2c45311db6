"""Whether two small pictures are the same one, up to a crop, a re-encoding, a change of light.

Belongs here: the comparison of pixels that confirms what embeddings suspect. Does not belong here:
which pairs are suspected (`duplicates`), reading files.
"""

from collections.abc import Iterator

import cv2
import numpy as np

SIDE = 64
"""Side of the squares compared, pixels."""
SHARES = (1.0, 0.97, 0.94, 0.92, 0.9, 0.87)
"""Sides of a crop over those of the whole that are tried."""
PLAIN = 8
"""Grey levels within which a picture is of one colour."""
RIM = 0.1
"""Share of a side that is left out all round: unlike pictures share frames and margins."""
FINE, COARSE = 1.2, 8.0
"""Details from one to the other (standard deviations of Gaussians, pixels) are compared: noise and
the overall distribution of light, which unlike pictures share, are left out."""


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Correlation of two uint8 pictures `[64, 64, 3]`, the best over crops of either; -1 to 1.

    The normalised correlation coefficient (OpenCV's TM_CCOEFF_NORMED) of their details in all three
    channels, so brightness and contrast do not matter. Each picture, without its `RIM`, is also
    tried as a part of the other, cut anywhere to `SHARES` of its sides. A picture that is of one
    plain colour, but for its rim, agrees with nothing but nearly the same one (1.0).
    """
    if _plain(first) or _plain(second):
        return float(np.abs(first.astype(float) - second).max() < PLAIN)
    return max(*_as_part(first, second), *_as_part(second, first))


def _plain(picture: np.ndarray) -> bool:
    rim = round(SIDE * RIM)
    inner = picture[rim:-rim, rim:-rim].reshape(-1, 3)
    return bool(np.ptp(inner, axis=0).max() < PLAIN)


def _as_part(part: np.ndarray, whole: np.ndarray) -> Iterator[float]:
    details = _details(whole)
    for share in SHARES:
        side = round(SIDE * share)
        scaled = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
        rim = round(side * RIM)
        inner = np.ascontiguousarray(_details(scaled)[rim : side - rim, rim : side - rim])
        within = slice(rim - 1, SIDE - rim + 1)  # so that the whole part lies inside, but a pixel
        found = cv2.matchTemplate(details[within, within], inner, cv2.TM_CCOEFF_NORMED)
        yield float(found.max())


def _details(picture: np.ndarray) -> np.ndarray:
    values = picture.astype(np.float32)
    return cv2.GaussianBlur(values, (0, 0), FINE) - cv2.GaussianBlur(values, (0, 0), COARSE)
