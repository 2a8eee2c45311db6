"""The styles of the painted gallery and the artists, all invented, who work in them. No drawing."""

from typing import NamedTuple

from artlens_pipeline.atelier import painters
from artlens_pipeline.atelier.painters import Painter


class Manner(NamedTuple):
    """A style with its painter, and the invented artists who work in it."""

    style: str
    genre: str
    paint: Painter
    artists: tuple[str, str, str]


MANNERS = (
    Manner("Colour Field", "abstract", painters.paint_colour_field,
           ("Ilvane Marrowick", "Tobren Halloway-Oss", "Sephine Durrant-Vale")),
    Manner("Grid", "abstract", painters.paint_grid,
           ("Joost van Elderkamp", "Wilmina Krant", "Pell Oostwijk")),
    Manner("Pointillism", "landscape", painters.paint_dots,
           ("Amandier Roscelin", "Odile Fauvrenne", "Corvan Lesquin")),
    Manner("Facets", "abstract", painters.paint_facets,
           ("Brasko Ternivale", "Yelka Podrunin", "Marcel Quintavert")),
    Manner("Op Art", "abstract", painters.paint_stripes,
           ("Vesper Lindgard", "Dario Zebrini", "Nadja Kolvenbach")),
    Manner("Nocturne", "landscape", painters.paint_night,
           ("Elspeth Murrowgate", "Haruto Yozukawa", "Finnian Starrock")),
)  # fmt: skip
