"""Captions of labelled paintings, each with the facts that it names.

Belongs here: what can be said of a painting, and how. A caption is true of every painting that has
all the facts it names; training uses that (`objective`), so that "a cubist still life" is no wrong
answer for the other cubist still lifes of a batch. Does not belong here: the words (`thesaurus`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.atelier.words.thesaurus import (
    COLOURS,
    FUNCTION_WORDS,
    GENRES,
    IMPLIED,
    STYLES,
    THINGS,
)

Facts = frozenset[str]
ATTEMPTS = 5
"""Tries at a caption that names a fact."""
NOUNS = ("painting", "painting", "picture", "image", "artwork")
BEFORE = ("of ", "with ", "showing ", "", "")
ARTICLES = ("", "", "", "a ", "the ", "some ")
BETWEEN = (" ", " ", " and ", " and ", ", ", " on ", " in ", " with ", " over ", " by ", " at ")
"""Words that say nothing of a picture, but stand in what people ask for."""


@dataclass(frozen=True)
class Caption:
    """A text and the facts that it names, such as "style:cubism" or "thing:boat"."""

    text: str
    facts: Facts


def facts_of(painting: Painting, colours: frozenset[str]) -> Facts:
    """All that is known of a painting."""
    kinds = {"style": painting.style, "genre": painting.genre, "artist": painting.artist}
    labels = {f"{kind}:{label}" for kind, label in kinds.items() if label}
    said = [*f"{painting.title} {painting.genre} {painting.artist}".split(), *painting.subjects]
    return frozenset(labels | {f"colour:{c}" for c in colours} | set(_word_facts(said)))


@lru_cache(maxsize=65536)
def fact_of_word(word: str) -> str:
    """ "boats" → "thing:boat", "acrobats" → "word:acrobat", "of" → ""."""
    if word in FUNCTION_WORDS or word.isdigit():
        return ""
    for thing, names in THINGS.items():
        if word in names:
            return f"thing:{thing}"
    return f"word:{word[:-1] if len(word) > 3 and word.endswith('s') else word}"


def _word_facts(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if fact := fact_of_word(word):
            yield fact
            if implied := IMPLIED.get(fact.removeprefix("thing:")):
                yield f"thing:{implied}"


def things_of(painting: Painting) -> frozenset[str]:
    """Things listed, else those that the title names, such as {"boat", "sea"}; rarely all."""
    facts = _word_facts(painting.subjects or painting.title.split())
    return frozenset(f.removeprefix("thing:") for f in facts if f.startswith("thing:"))


def style_prompts(style: str) -> list[str]:
    """The fixed texts by which a style is asked for in zero-shot use and in the evaluation."""
    adjective = STYLES.get(style, (style,))[0]
    return [f"a {adjective} painting", f"a painting in the style of {style}", style]


class CaptionWriter:
    """Draws captions of varied form: some name one fact, some many, in many orders."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def write(self, painting: Painting, colours: frozenset[str]) -> Caption:
        """One caption; of a painting of which nothing is known it is one of `NOUNS`."""
        for _ in range(ATTEMPTS):
            caption = self._attempt(painting, colours)
            if caption.facts:
                break
        return caption

    def _attempt(self, painting: Painting, colours: frozenset[str]) -> Caption:
        colour, facts = self._colour_words(colours, 0.45)
        adjectives, after = [colour] if colour else [], list[str]()
        noun = self._pick(NOUNS)
        if painting.style and self._chance(0.6):
            facts.add(f"style:{painting.style}")
            (adjectives if self._chance(0.7) else after).append(self._style(painting.style))
        if painting.genre and self._chance(0.5):
            facts.add(f"genre:{painting.genre}")
            noun = self._pick(GENRES.get(painting.genre, (painting.genre,)))
        if painting.artist and self._chance(0.2):
            facts.add(f"artist:{painting.artist}")
            after.append(f"by {painting.artist}")
        if words := self._subject(painting):
            facts.update(_word_facts(words))
            bound = bool(colour) and self._chance(0.3)
            adjectives = adjectives[1:] if bound else adjectives
            after.append(self._pick(BEFORE) + self._phrase(words, f"{colour} " if bound else ""))
        return Caption(self._join(adjectives, noun, after), frozenset(facts))

    def _style(self, style: str) -> str:
        return self._pick((style, *STYLES.get(style, ())))

    def _colour_words(self, colours: frozenset[str], chance: float) -> tuple[str, set[str]]:
        if not colours or not self._chance(chance):
            return "", set()
        count = min(len(colours), int(self._rng.integers(1, 4)))
        chosen = self._rng.choice(sorted(colours), count, replace=False)
        said = [self._pick(COLOURS.get(word, (word,))) for word in chosen]
        between = " and " if self._chance(0.5) else " "
        return between.join(said), {f"colour:{word}" for word in chosen}

    def _subject(self, painting: Painting) -> list[str]:
        """Words for the subject, from the list of things or else the title; may be none."""
        if painting.subjects and self._chance(0.6):
            count = min(len(painting.subjects), int(self._rng.integers(1, 4)))
            chosen = self._rng.choice(sorted(painting.subjects), count, replace=False)
            return [self._synonym(str(word)) for word in chosen]
        if painting.title and not painting.subjects and self._chance(0.4):
            return self._title_words(painting.title.split())
        return []

    def _phrase(self, words: list[str], colour: str) -> str:
        """The words with articles and prepositions, `colour` before one of them."""
        coloured = int(self._rng.integers(len(words)))
        phrase = ""
        for number, word in enumerate(words):
            between = self._pick(BETWEEN) if number else ""
            adjective = colour if number == coloured else ""
            phrase += f"{between}{self._pick(ARTICLES)}{adjective}{word}"
        return phrase

    def _title_words(self, words: list[str]) -> list[str]:
        keep = 1.0 if self._chance(0.3) else 0.5
        kept = [word for word in words if self._chance(keep)] or [self._pick(words)]
        return [self._synonym(word) if self._chance(0.4) else word for word in kept]

    def _synonym(self, word: str) -> str:
        thing = fact_of_word(word).removeprefix("thing:")
        return self._pick(THINGS.get(thing, (word,))[:4])

    def _join(self, adjectives: list[str], noun: str, after: list[str]) -> str:
        said = bool(adjectives or after)
        nouns = [] if noun in NOUNS and said and self._chance(0.4) else [noun]
        parts = [*adjectives, *nouns, *after]
        if self._chance(0.25):
            words = " ".join(parts).split()
            return " ".join(self._rng.permutation(words))
        if self._chance(0.3):
            return ", ".join(self._rng.permutation(parts))
        text = " ".join(parts)
        article = "an " if text.startswith(tuple("aeiou")) else "a "
        return (article if nouns and self._chance(0.6) else "") + text

    def _chance(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)

    def _pick(self, choices: list[str] | tuple[str, ...]) -> str:
        return str(choices[int(self._rng.integers(len(choices)))])
