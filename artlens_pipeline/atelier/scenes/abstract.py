"""What abstract compositions are made of: a form, and the words for it."""

from artlens_pipeline.atelier.scenes.scene import Scene
from artlens_pipeline.atelier.scenes.shapes import Size

FORMS = {
    "grid": ("geometric", "line", "square"),
    "diagonal": ("geometric", "line", "diagonal"),
    "drips": ("drip",),
    "gesture": ("brushstroke",),
    "square": ("geometric", "square", "empty"),
    "disc": ("geometric", "circle", "empty"),
    "pencil lines": ("line", "stripe", "empty"),
    "waves": ("geometric", "stripe", "ripple"),
    "checks": ("geometric", "square"),
    "rings": ("geometric", "circle"),
    "bands": ("band",),
    "veils": ("veil",),
}
"""Form → the words for what it shows."""


def composition(form: str, size: Size) -> Scene:
    """An abstract composition; its style alone knows how the form looks."""
    return Scene("abstract painting", size, "indoors", FORMS[form], form=form)
