"""All styles of the gallery: how each chooses colours, and how it paints."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from artlens_pipeline.atelier import colouring
from artlens_pipeline.atelier.colouring import Colouring
from artlens_pipeline.atelier.styles import (
    abstract_expressionism,
    baroque,
    colour_field,
    cubism,
    de_stijl,
    fauvism,
    impressionism,
    minimalism,
    op_art,
    pointillism,
    post_impressionism,
    tonalism,
    ukiyo_e,
)
from artlens_pipeline.atelier.styles.motif import Motif, Rng


class Style(NamedTuple):
    """`paint` returns uint8 RGB `[h, w, 3]` of the scene's size."""

    colouring: Colouring
    paint: Callable[[Rng, Motif], np.ndarray]


STYLES = {
    "Impressionism": Style(colouring.luminous, impressionism.paint),
    "Post-Impressionism": Style(colouring.natural, post_impressionism.paint),
    "Pointillism": Style(colouring.luminous, pointillism.paint),
    "Fauvism": Style(colouring.pure, fauvism.paint),
    "Cubism": Style(colouring.earthen, cubism.paint),
    "Ukiyo-e": Style(colouring.woodblock, ukiyo_e.paint),
    "Baroque": Style(colouring.brown_ground, baroque.paint),
    "Tonalism": Style(colouring.tonal, tonalism.paint),
    "De Stijl": Style(colouring.plain, de_stijl.paint),
    "Abstract Expressionism": Style(colouring.plain, abstract_expressionism.paint),
    "Minimalism": Style(colouring.plain, minimalism.paint),
    "Op Art": Style(colouring.plain, op_art.paint),
    "Colour Field": Style(colouring.plain, colour_field.paint),
}
