"""The captioner that comes with ArtLens: one sentence of what has been measured, and no more.

It needs no model of its own: labels are the home's encoder's, colours and light are measured. A
label that is sure enough is stated, a likely one hedged, any other left out.

Belongs here: which facts are told, and in what order. Does not belong here: grammar (`grammar`),
names of colours (`colours`), measuring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from artlens_pipeline.captioners import colours
from artlens_pipeline.captioners.base import CaptionerInfo, Known, Label, clean
from artlens_pipeline.captioners.grammar import (
    capital,
    noun_of,
    preposition,
    repeats,
    style_of,
    with_article,
)

NAME, VERSION = "artlens-words", "1"
WIDE, VERY_WIDE = 1.15, 2.0
"""Width over height from which a format is told of; a nearly square one is not."""
DIM, LIGHT = 0.22, 0.72
FLAT, STRONG = 0.075, 0.235
"""Spread of lightness over the palette: below, low contrast; above, strong contrasts."""
NARROW = 170.0
"""Grey levels between darkest and lightest, below which contrast is low (as `quality_issues`)."""


@dataclass(frozen=True)
class WordsCaptioner:
    """Composes captions; `sure` and `likely`: confidence from which a label is stated, or hedged.

    A label must also lead the next one of its set by `margin`.
    """

    sure: float
    likely: float
    margin: float
    sees: ClassVar[bool] = False

    @property
    def info(self) -> CaptionerInfo:
        """Its name, and the version of its rules."""
        return CaptionerInfo(NAME, VERSION)

    def caption(self, works: Sequence[Known]) -> list[str]:
        """A sentence of each work."""
        return [clean(self._sentence(work)) for work in works]

    def _sentence(self, work: Known) -> str:
        kind, style = self._kind(work.labels), self._style(work.labels)
        head = " ".join(filter(None, (kind, self._subject(work.labels, kind), style)))
        palette, rest = colours.in_words(work.palette), _format_and_light(work)
        tail = ", ".join(filter(None, (palette, *rest)))
        if head:
            return f"{capital(head)}: {tail}." if tail else f"{capital(head)}."
        if palette:
            return f"A picture in {tail}."
        return f"A picture of {work.width} by {work.height} pixels{tail and ': '}{tail}."

    def _kind(self, labels: Mapping[str, Label]) -> str:
        """What it is, such as "a landscape"; "a picture" where other labels say something."""
        genre = labels.get("genre")
        noun = with_article(noun_of(genre.text)) if genre else ""
        if genre and self._holds(genre, self.sure):
            return noun
        if genre and self._holds(genre, self.likely):
            return f"a picture, perhaps {noun},"
        others = (labels.get("style"), labels.get("subject"))
        told = (self._holds(others[0], self.likely), self._holds(others[1], self.sure))
        return "a picture" if any(told) else ""

    def _style(self, labels: Mapping[str, Label]) -> str:
        style = labels.get("style")
        if style is None or not self._holds(style, self.likely):
            return ""
        hedge = "" if self._holds(style, self.sure) else "perhaps "
        return f"{hedge}in the manner of {style_of(style.text)}"

    def _subject(self, labels: Mapping[str, Label], kind: str) -> str:
        """Such as "with trees"; what the kind of picture says already is not said again."""
        subject = labels.get("subject")
        if subject is None or not self._holds(subject, self.sure) or repeats(subject.text, kind):
            return ""
        return f"{preposition(kind)} {clean(subject.text)}"

    def _holds(self, label: Label | None, least: float) -> bool:
        return label is not None and label.confidence >= least and label.margin >= self.margin


def _format_and_light(work: Known) -> list[str]:
    return [_format(work), _brightness(work.brightness), _contrast(work)]


def _format(work: Known) -> str:
    longer, shorter = max(work.width, work.height), max(1, min(work.width, work.height))
    if longer / shorter < WIDE:
        return ""
    very = "very " if longer / shorter >= VERY_WIDE else ""
    return f"{very}{'wide' if work.width > work.height else 'tall'} format"


def _brightness(brightness: float | None) -> str:
    if brightness is None or DIM <= brightness <= LIGHT:
        return ""
    return "dark overall" if brightness < DIM else "light overall"


def _contrast(work: Known) -> str:
    spread = colours.contrast(work.palette)
    flat = spread is not None and spread < FLAT
    if flat or (work.contrast is not None and work.contrast < NARROW):
        return "low contrast"
    return "strong contrasts of light and dark" if spread is not None and spread > STRONG else ""
