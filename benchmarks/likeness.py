"""Whether works found as alike are by one artist, of one style: by look, palette, both; with hubs
and corrected. On real paintings, each in turn sought among the others.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from artlens_pipeline.analysis.palette import palette, scaled
from artlens_pipeline.atelier.training.paintings import Painting, read_paintings
from artlens_pipeline.atelier.training.split import split_by_painting
from artlens_pipeline.encoders import DEFAULT_ENCODER, Encoder, load_encoder
from benchmarks.measuring import Result
from benchmarks.rankings import (
    RANKINGS,
    Matrix,
    average_precisions,
    hubs,
    mean_and_interval,
    ranked,
)

PAINTINGS = Path(__file__).parents[2] / "shared" / "data" / "wikiart_pd"
TRAINED = Path(__file__).parents[1] / "models" / "artlens-mini-wikiart"
BLENDS = (0.2, 0.5)
"""Share of the palette in what is compared by both."""
BATCH = 64
FIELDS = ("artist", "style")


def measure() -> Result:
    """Mean average precision over all works; how hubs and precision change with a correction."""
    values: dict[str, list[float]] = {}
    facts: dict[str, object] = {}
    for name, encoder, paintings in collections():
        facts[f"{name}: paintings"] = len(paintings)
        _measure(name, encoder, paintings, values, facts)
    return Result("likeness", "Alike paintings", "mAP", values, (), facts)


def collections() -> Iterator[tuple[str, str, list[Painting]]]:
    """Encoders by their names, each with paintings that it was not trained on."""
    paintings = read_paintings(PAINTINGS)
    held_out = split_by_painting(paintings).held_out
    yield "artlens-mini", DEFAULT_ENCODER, paintings
    yield "artlens-mini-wikiart", str(TRAINED), [paintings[row] for row in held_out]


def looks_of(encoder: Encoder, paintings: list[Painting]) -> Matrix:
    """The encoder's vectors [n, d]."""
    parts = (paintings[start : start + BATCH] for start in range(0, len(paintings), BATCH))
    prepared = (np.stack([encoder.preprocessing(_image(item)) for item in part]) for part in parts)
    return np.concatenate([encoder.embed_images(pixels) for pixels in prepared])


def _measure(
    name: str,
    encoder: str,
    paintings: list[Painting],
    values: dict[str, list[float]],
    facts: dict[str, object],
) -> None:
    plain: dict[str, npt.NDArray[np.float64]] = {}
    for case, scores in _cases(encoder, paintings):
        found = ranked(scores)
        for field in FIELDS:
            labels = np.array([getattr(item, field) for item in paintings])
            precisions = average_precisions(found, labels)
            before = plain.setdefault(field, precisions)
            values[f"{name}, {field}: {case}"] = [float(precisions.mean())]
            if before is not precisions:
                gained = mean_and_interval(precisions - before)
                facts[f"{name}, {field}: {case} over look"] = gained
        facts[f"{name}: hubs by {case}"] = hubs(found)


def _cases(encoder: str, paintings: list[Painting]) -> Iterator[tuple[str, Matrix]]:
    """What each ranks by, the plain look first."""
    looks = looks_of(load_encoder(encoder), paintings)
    colours = np.stack([palette(scaled(_image(item))).vector for item in paintings])
    look, color = looks @ looks.T, colours @ colours.T
    yield "look", look
    for name, corrected in RANKINGS.items():
        yield f"look, {name}", corrected(look)
    yield "palette", color
    yield "palette, mutual proximity", RANKINGS["mutual proximity"](color)
    for share in BLENDS:
        yield f"look {1 - share:.1f} + palette {share:.1f}", (1 - share) * look + share * color


def _image(painting: Painting) -> Image.Image:
    return Image.open(PAINTINGS / painting.key).convert("RGB")
