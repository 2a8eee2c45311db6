"""Each style paints every subject at any size, and styles are told apart by coarse structure."""

from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.painters import PAINTERS, Painter
from artlens_pipeline.atelier.scenes.abstract import FORMS, composition
from artlens_pipeline.atelier.scenes.genres import COMPOSERS
from artlens_pipeline.atelier.styles.catalogue import STYLES
from artlens_pipeline.atelier.styles.motif import Motif
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.painted_gallery import works


def paint(painter: Painter, subject: str, size: tuple[int, int]) -> np.ndarray:
    rng, style = np.random.default_rng(1), STYLES[painter.style]
    scene = composition(subject, size) if subject in FORMS else COMPOSERS[subject](rng, size)
    return style.paint(rng, Motif(scene, style.colouring(rng, painter, scene.hour), painter))


@pytest.mark.parametrize("painter", PAINTERS, ids=lambda painter: painter.name)
def test_a_painter_paints_every_subject(painter: Painter) -> None:
    for number, subject in enumerate(painter.subjects):
        image = paint(painter, subject, (150 + number, 110))
        assert image.shape == (110, 150 + number, 3) and image.dtype == np.uint8
        assert image.std() > 3


@pytest.mark.parametrize("genre", COMPOSERS)
def test_a_scene_names_things_and_covers_the_picture(genre: str) -> None:
    for seed in range(20):
        scene = COMPOSERS[genre](np.random.default_rng(seed), (300, 200))
        assert scene.genre == genre and scene.things
        low = np.min([shape.points.min(axis=0) for shape in scene.shapes], axis=0)
        high = np.max([shape.points.max(axis=0) for shape in scene.shapes], axis=0)
        assert (low <= 0).all() and (high >= (300, 200)).all()


def test_styles_hold_together(painted: Path) -> None:
    """A picture's nearest by coarse structure is more often of its own style than by chance."""
    listed = works(painted)
    features = np.array([_structure(painted / row["path"]) for row in listed])
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    styles = [row["style"] for row in listed]
    same = [styles[i] == styles[j] for i, j in enumerate(distance.argmin(axis=1))]
    assert np.mean(same) > 0.4  # by chance: 1/13


def _structure(path: Path) -> list[float]:
    image = decode(path).image
    grey = np.asarray(image.convert("L").resize((200, 200)), dtype=float)
    colourful = np.asarray(image.convert("HSV").resize((50, 50)), dtype=float)[..., 1]
    across, down = (np.abs(np.diff(grey, axis=axis)) for axis in (0, 1))
    steps = [across.mean(), down.mean(), np.median(across), np.quantile(across, 0.9)]
    return [grey.mean(), grey.std(), colourful.mean(), colourful.std(), *steps]
