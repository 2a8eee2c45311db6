"""A composed scene: what is in it and where, before anyone has painted it."""

from dataclasses import dataclass, field
from typing import Literal

from artlens_pipeline.atelier.scenes.shapes import Shape, Size

Hour = Literal["day", "evening", "winter", "night", "indoors"]


@dataclass(frozen=True)
class Scene:
    """`shapes` from back to front; `things` are plain words for all that is to be seen.

    `focus` is what the light falls on, in shares of width and height; `form` is the kind of an
    abstract composition, which has no shapes.
    """

    genre: str
    size: Size
    hour: Hour
    things: tuple[str, ...]
    shapes: list[Shape] = field(default_factory=list)
    focus: tuple[float, float] = (0.5, 0.5)
    form: str = ""
