"""Measures a saved artlens-mini on paintings that it was not trained on.

Belongs here: which figures go into `evaluation.json`. Does not belong here: how each is computed
(`evaluation`, `copies`).
"""

from pathlib import Path

import numpy as np
from PIL import Image

from artlens_pipeline.atelier.evaluation.copies import Scale, copy_scales
from artlens_pipeline.atelier.evaluation.figures import (
    Figures,
    colour_histograms,
    label_figures,
    majority,
    text_figures,
    word_figures,
)
from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.words.captions import things_of
from artlens_pipeline.encoders.base import Encoder


def encoder_figures(encoder: Encoder, folder: Path, held_out: Collection) -> Figures:
    """All figures of an encoder, from the files as a user would encode them."""
    images = open_images(folder, held_out)
    vectors = encoder.embed_images(np.stack([encoder.preprocessing(image) for image in images]))
    paintings, colours = held_out.paintings, held_out.colours
    things = [things_of(painting) for painting in paintings]
    return {
        **label_figures(vectors, paintings),
        **text_figures(encoder, vectors, paintings),
        **word_figures(encoder, vectors, colours, kind="colour", template="a {} painting"),
        **word_figures(encoder, vectors, things, kind="thing", template="a painting of a {}"),
    }


def baseline_figures(held_out: Collection) -> dict[str, Figures]:
    """What the commonest label and a colour histogram reach on the same paintings."""
    paintings = held_out.paintings
    style = majority([p.style for p in paintings])
    commonest = {
        "style_5nn": style,
        "style_5nn_other_artists": style,
        "genre_5nn": majority([p.genre for p in paintings]),
    }
    histograms = colour_histograms(held_out.pixels)
    return {"colour histogram": label_figures(histograms, paintings), "majority": commonest}


def similarity_scales(encoder: Encoder, folder: Path, held_out: Collection) -> dict[str, Scale]:
    """See `copies.copy_scales`."""
    return copy_scales(encoder, open_images(folder, held_out))


def open_images(folder: Path, collection: Collection) -> list[Image.Image]:
    """The paintings' files, decoded to RGB."""
    images = []
    for painting in collection.paintings:
        with Image.open(folder / painting.key) as image:
            images.append(image.convert("RGB"))
    return images
