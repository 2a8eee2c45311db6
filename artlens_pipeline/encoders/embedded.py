"""The encoder that comes with the package, and what every surface says of it.

Belongs here: its name, its place, its limits in a line. Does not belong here: the model (`mini`).
"""

from pathlib import Path

DEFAULT_ENCODER = "artlens-mini"
EMBEDDED = {DEFAULT_ENCODER: Path(__file__).parent / "artlens_mini"}
ADVICE = (
    "artlens-mini is the small encoder that comes with ArtLens: good for a first look, and for "
    "machines without a network. For a real collection use a CLIP: "
    "artlens run --encoder openai/clip-vit-base-patch32"
)


def advice(name: str) -> str:
    """What to say beside results of the encoder `name`; "" where it is no small one."""
    return ADVICE if name in EMBEDDED else ""
