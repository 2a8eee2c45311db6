"""Labels as parts of an English sentence: articles, number, capitals, prepositions.

Labels are anybody's: a home may have a vocabulary of its own. Where a rule may be wrong about an
unknown word, the word is left as it stands.
"""

import re

from artlens_pipeline.previews.text import plain

_NOUNS = {
    "animal painting": "picture of animals",
    "genre painting": "scene of everyday life",
    "history painting": "history painting",
    "nude painting": "nude",
    "sketch and study": "sketch or study",
    "abstract painting": "abstract composition",
}
"""Names of genres that are no good nouns in a sentence."""
_DEPICTING = ("portrait", "nude", "sketch", "illustration", "picture", "drawing")
_VOWEL_AS_CONSONANT = re.compile(r"(?:uni|eu|use|ukiyo|one\b|once)", re.IGNORECASE)
_MUTE_H = re.compile(r"(?:hour|honest|honour|heir)", re.IGNORECASE)
_DETERMINED = re.compile(r"(?:an?|the|some|two|three|many)\s", re.IGNORECASE)
_EPOCH = re.compile(r"(?:baroque|rococo|renaissance)$", re.IGNORECASE)
_ROOM = 60


def noun_of(genre: str) -> str:
    """A genre's label as a noun without article: "Still Life" is "still life"."""
    text = _lowered(_spaced(genre))
    return _NOUNS.get(text, text)


def style_of(style: str) -> str:
    """A style's label as it is written, without underscores; an epoch's with its article."""
    text = _spaced(style)
    return f"the {text}" if _EPOCH.search(text) else text


def with_article(noun: str) -> str:
    """ "an interior"; plurals, and what has a determiner, stay alone."""
    if _DETERMINED.match(noun) or is_plural(noun):
        return noun
    vowel = noun[:1].casefold() in set("aeiou") and not _VOWEL_AS_CONSONANT.match(noun)
    return f"{'an' if vowel or _MUTE_H.match(noun) else 'a'} {noun}"


def is_plural(noun: str) -> bool:
    """Whether the head of a noun phrase looks like a plural: "still lifes", not "a bus of"."""
    head = re.split(r"\s(?:of|with|in|or|and|from)\s", noun)[0].split()
    last = head[-1].casefold() if head else ""
    return len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is", "os"))


def preposition(kind: str) -> str:
    """How a subject follows a kind of picture: a portrait of a woman, a landscape with trees."""
    nouns = [word for word in _DEPICTING if word in kind]
    return "of" if nouns and " of " not in f"{kind} " and "," not in kind else "with"


def repeats(subject: str, kind: str) -> bool:
    """Whether the kind says the subject already: the sea of a seascape."""
    words = [word.rstrip("s") for word in re.findall(r"[^\W\d_]{3,}", subject.casefold())]
    return any(word in kind.casefold() for word in words if word not in ("the", "and"))


def capital(text: str) -> str:
    """With a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def _spaced(label: str) -> str:
    return plain(label.replace("_", " "), _ROOM)


def _lowered(text: str) -> str:
    """In small letters, but for words that have capitals within, such as initials."""
    return " ".join(w if any(map(str.isupper, w[1:])) else w.lower() for w in text.split())
