"""The gallery's painters are invented, and each has a style and subjects that exist."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

from artlens_pipeline.atelier.painters import PAINTERS
from artlens_pipeline.atelier.palettes import KEYS
from artlens_pipeline.atelier.scenes.abstract import FORMS
from artlens_pipeline.atelier.scenes.genres import COMPOSERS
from artlens_pipeline.atelier.styles.catalogue import STYLES
from artlens_pipeline.atelier.words.thesaurus import THINGS


def names_in(text: str) -> set[str]:
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return {word for word in re.split(r"[^a-z]+", ascii_) if len(word) > 3}


def test_every_style_has_two_painters() -> None:
    assert Counter(p.style for p in PAINTERS) == dict.fromkeys(STYLES, 2)
    assert len({p.name for p in PAINTERS}) == len(PAINTERS) == 26


def test_subjects_and_keys_exist() -> None:
    for painter in PAINTERS:
        assert set(painter.subjects) <= {*COMPOSERS, *FORMS}
        assert set(painter.keys) <= set(KEYS)


def test_every_abstract_form_is_said_in_known_words() -> None:
    assert {word for words in FORMS.values() for word in words} <= set(THINGS)


def test_no_family_name_is_a_real_painters(shared_data: Path) -> None:
    with (shared_data / "wikiart_meta" / "wikiart_all_labels.csv").open(encoding="utf-8") as file:
        artists = {row["artist_slug"] for row in csv.DictReader(file)}
    assert len(artists) > 1000
    real = set().union(*map(names_in, artists))
    for painter in PAINTERS:
        assert not names_in(painter.name.split()[-1]) & real, painter.name
