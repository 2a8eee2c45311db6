"""The label sets: what comes with the package, a home's own, and what is no vocabulary."""

from pathlib import Path

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.vocabulary import load_vocabulary, plain


def test_the_packaged_sets_have_prompts(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(tmp_path / "none")
    assert [s.name for s in vocabulary] == ["style", "genre", "subject", "mood", "palette"]
    style = vocabulary.of("style")
    assert style is not None and vocabulary.of("technique") is None
    assert style.prompts("Cubism")[:3] == [
        "a Cubism painting",
        "a painting in the style of Cubism",
        "Cubism",
    ]
    assert "a cubist painting" in style.prompts("Cubism")
    for labels in vocabulary:
        spellings = labels.spellings()
        assert all(spellings[plain(label)] == label for label in labels.labels)
        assert all(len(set(labels.prompts(k))) == len(labels.prompts(k)) for k in labels.labels)


@pytest.mark.parametrize(
    ("file", "field"), [("huggan_style_labels.txt", "style"), ("huggan_genre_labels.txt", "genre")]
)
def test_wikiarts_own_classes_are_known(shared_data: Path, file: str, field: str) -> None:
    labels = load_vocabulary(Path("none")).of(field)
    assert labels is not None
    names = (shared_data / "wikiart_meta" / file).read_text().split("\n")
    known = [name for name in names if name.strip() and not name.startswith("Unknown")]
    assert len(known) > 9 and not [n for n in known if plain(n) not in labels.spellings()]


def test_spellings_of_one_label_are_one() -> None:
    assert plain("Ukiyo_e") == plain(" ukiyo-e ") == "ukiyo e"
    assert plain("Naïve Art") != plain("Naive Art")


def test_a_homes_own_sets_go_first(tmp_path: Path) -> None:
    own = tmp_path / "vocabulary.toml"
    own.write_text(
        '[mood]\nlabels = ["gay", "grave"]\n[palette]\nlabels = []\n'
        '[technique]\ntemplates = ["{} on canvas"]\n'
        '[technique.labels]\noil = ["oils"]\ntempera = []\n'
    )
    vocabulary = load_vocabulary(own)
    assert [s.name for s in vocabulary] == ["style", "genre", "subject", "mood", "technique"]
    mood, technique = vocabulary.of("mood"), vocabulary.of("technique")
    assert mood is not None and mood.prompts("gay") == ["gay"]
    assert technique is not None
    assert technique.prompts("oil") == ["oil on canvas", "oils on canvas"]
    assert vocabulary.fingerprint != load_vocabulary(tmp_path / "none").fingerprint
    before = vocabulary.fingerprint
    own.write_text(own.read_text().replace("tempera", "gouache"))
    assert load_vocabulary(own).fingerprint != before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[style", "is not valid TOML"),
        ('["Style; DROP"]\nlabels = ["a", "b"]', "a label set is named in small letters"),
        ('[style_confidence]\nlabels = ["a", "b"]', "a label set is named in small letters"),
        ('style = "cubism"', "has labels and templates, and nothing else"),
        ('[style]\nlabels = ["a", "b"]\nprompts = []', "has labels and templates, and nothing"),
        ('[style]\nlabels = ["a"]', "needs 2 to 10000 labels, not 1"),
        ('[style]\nlabels = ["a", "b"]\ntemplates = ["a painting"]', "with one {} each"),
        ('[style]\nlabels = ["a", "b"]\ntemplates = ["{} {}"]', "with one {} each"),
        ('[style]\nlabels = ["a", ""]', "texts of 1 to 200 characters"),
        ('[style]\nlabels = ["a", "b\\u0000"]', "texts of 1 to 200 characters"),
        ("[style]\nlabels = [1, 2]", "texts of 1 to 200 characters"),
        ('[style.labels]\na = "b"\nc = []', "'a': should be a list of texts"),
    ],
)
def test_what_is_no_vocabulary_is_said_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    own = tmp_path / "vocabulary.toml"
    own.write_text(text)
    with pytest.raises(ArtLensError) as error:
        load_vocabulary(own)
    assert said in str(error.value) and str(own) in str(error.value)
    assert "\n" not in str(error.value)
