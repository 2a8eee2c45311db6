"""The captioner that comes with ArtLens: one sentence of what has been measured, and no more.

It needs no model of its own: labels are the home's encoder's, colours and light are measured. A
label that is sure enough is stated, a likely one hedged, any other left out.

Belongs here: which facts are told, and in what order. Does not belong here: grammar (`grammar`),
names of colours (`colours`), measuring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from artlens_pipeline.analysis.label_trust import LEVELS, Trust
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
FRAME = frozenset(
    {"picture", "perhaps", "manner", "format", "overall", "wide", "tall", "nearly", "square"}
)
"""Words of its sentences that say nothing of what is shown, or how."""
NARROW = 170.0
"""Grey levels between darkest and lightest, below which contrast is low (as `quality_issues`)."""


@dataclass(frozen=True)
class WordsCaptioner:
    """Composes captions; `sure` and `likely`: confidence from which a label is stated, or hedged.

    A label must also lead the next one of its set by `margin`. `trust`: by label ("set: label"),
    else by label set, the most that may be said of it; without, labels are hedged.
    """

    sure: float
    likely: float
    margin: float
    trust: tuple[tuple[str, Trust], ...] = ()
    sees: ClassVar[bool] = False

    @property
    def info(self) -> CaptionerInfo:
        """Its name, and the version of its rules."""
        return CaptionerInfo(NAME, VERSION)

    def caption(self, works: Sequence[Known]) -> list[str]:
        """A sentence of each work."""
        return [clean(self._sentence(work)) for work in works]

    def _sentence(self, work: Known) -> str:
        said = {name: self._said(work.labels, name) for name in ("genre", "style", "subject")}
        kind = _kind(work.labels, said)
        head = " ".join(filter(None, (kind, _subject(work.labels, said, kind))))
        head = f"{head}{_style(work.labels, said, head)}".rstrip(",")
        palette, rest = colours.in_words(work.palette), _format_and_light(work)
        tail = ", ".join(filter(None, (palette, *rest)))
        if kind:
            return f"{capital(head)}{tail and ': '}{tail}."
        if palette or rest[0]:
            return f"A picture in {tail}."
        return f"A picture, {tail}." if tail else "A picture of nearly square format."

    def _said(self, labels: Mapping[str, Label], name: str) -> Trust:
        """What may be said of the work's label of a set."""
        label = labels.get(name)
        if label is None or label.margin < self.margin or label.confidence < self.likely:
            return "untold"
        level: Trust = "stated" if label.confidence >= self.sure else "hedged"
        trust = dict(self.trust)
        most = trust.get(name, "hedged")
        return min(level, trust.get(f"{name}: {label.text}", most), key=LEVELS.index)


Said = Mapping[str, Trust]


def _kind(labels: Mapping[str, Label], said: Said) -> str:
    """What it is, such as "a landscape"; "a picture" where other labels say something."""
    noun = with_article(noun_of(labels["genre"].text)) if said["genre"] != "untold" else ""
    if said["genre"] == "stated":
        return noun
    if said["genre"] == "hedged":
        return f"a picture, perhaps {noun},"
    return "a picture" if said["style"] != "untold" or said["subject"] == "stated" else ""


def _style(labels: Mapping[str, Label], said: Said, head: str) -> str:
    """What follows `head`, such as " in the manner of Cubism"."""
    if said["style"] == "untold":
        return ""
    hedged = said["style"] == "hedged"
    pause = "," if hedged and not head.endswith(",") else ""
    hedge = "perhaps " if hedged else ""
    return f"{pause} {hedge}in the manner of {style_of(labels['style'].text)}"


def _subject(labels: Mapping[str, Label], said: Said, kind: str) -> str:
    """Such as "with trees", never hedged; what the kind says already is not said again."""
    if said["subject"] != "stated" or repeats(labels["subject"].text, kind):
        return ""
    return f"{preposition(kind)} {clean(labels['subject'].text)}"


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
