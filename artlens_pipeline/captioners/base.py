"""What every captioner is, as plain types: it is shown works, or told of them, and writes a line.

Belongs here: types that the rest of the project may name without loading a model. Does not belong
here: finding a captioner (`registry`), or any of them (`words`, `vision_language`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from artlens_pipeline.previews.text import plain

LONGEST = 400
"""Characters of a caption; what is beyond is cut."""


@dataclass(frozen=True)
class CaptionerInfo:
    """The facts recorded beside every caption.

    `revision` is a commit of the Hub, the hash of a folder's files, or the version of the rules.
    """

    id: str
    revision: str


@dataclass(frozen=True)
class Label:
    """A zero-shot label, its softmax share in its set, and how far that is above the next one's."""

    text: str
    confidence: float
    margin: float


@dataclass(frozen=True)
class Known:
    """What has been measured of a work; what has not is absent.

    `labels` by label set; `palette`: colours "#rrggbb" with their shares, by falling share;
    `brightness` (0 to 1) and `contrast` (0 to 255) as `image_quality` has them.
    """

    width: int
    height: int
    labels: Mapping[str, Label] = field(default_factory=dict)
    palette: tuple[tuple[str, float], ...] = ()
    brightness: float | None = None
    contrast: float | None = None

    def facts(self) -> dict[str, Any]:
        """Plain values, by which works of which the same is known are found."""
        return asdict(self)


Pixels = npt.NDArray[np.uint8]
"""A picture, [height, width, 3], RGB."""


@runtime_checkable
class Captioner(Protocol):
    """Writes a line on each of some works."""

    @property
    def info(self) -> CaptionerInfo:
        """Id and revision."""

    @property
    def sees(self) -> bool:
        """Whether it takes pictures, `Pixels`; else it takes what is known, `Known`."""

    def caption(self, works: Sequence[Any]) -> list[str]:
        """A caption of each work, in order; "" where it has nothing to say. May raise anything."""


def clean(text: str) -> str:
    """A model's text as one line of at most `LONGEST` printable characters: it is not trusted."""
    return plain(text.encode("utf-8", "replace").decode("utf-8"), LONGEST)
