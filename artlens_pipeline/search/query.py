"""What is sought."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.decoding import Undecodable, decode


@dataclass(frozen=True)
class Query:
    """One of a line of text, an image file and a work of the collection (its sample_id)."""

    text: str | None = None
    image: Path | None = None
    like: str | None = None

    def __post_init__(self) -> None:
        given = [part for part in (self.text, self.image, self.like) if part is not None]
        if len(given) != 1:
            raise ArtLensError(
                'give one of a text (artlens search "pastel trees"), --image FILE, --like SAMPLE_ID'
            )


def picture(path: Path) -> Image.Image:
    """An image file, upright and in sRGB; ArtLensError where it cannot be read."""
    try:
        return decode(path).image
    except Undecodable as error:
        raise ArtLensError(f"{path} cannot be read as an image: {error.reason}") from error
