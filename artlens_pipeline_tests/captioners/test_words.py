"""The embedded captioner: what it says, what it leaves out, and its English."""

import pytest

from artlens_pipeline.captioners import Known, Label, Options, captioner_info, load_captioner
from artlens_pipeline.captioners.base import LONGEST
from artlens_pipeline.captioners.grammar import is_plural, noun_of, repeats, with_article

STATED = tuple((name, "stated") for name in ("genre", "style", "subject"))
GREENS = (("#5c7346", 0.4), ("#8ca36f", 0.3), ("#c49a55", 0.2), ("#101010", 0.1))


def caption(work: Known, trust: tuple[tuple[str, str], ...] = STATED) -> str:
    options = Options(sure=0.6, likely=0.4, margin=0.1, trust=trust)  # type: ignore[arg-type]
    return load_captioner("artlens-words", options=options).caption([work])[0]


def known(width: int = 300, height: int = 200, **labels: tuple[str, float]) -> Known:
    return Known(width, height, {k: Label(text, sure, 0.3) for k, (text, sure) in labels.items()})


def test_a_whole_sentence() -> None:
    labels = {
        "genre": Label("Landscape", 0.9, 0.5),
        "style": Label("Impressionism", 0.8, 0.5),
        "subject": Label("trees", 0.7, 0.5),
        "mood": Label("calm", 0.99, 0.9),
    }
    work = Known(300, 200, labels, GREENS, brightness=0.4, contrast=160.0)
    assert caption(work) == (
        "A landscape with trees in the manner of Impressionism: greens and ochre, wide format, "
        "low contrast."
    )


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (known(genre=("Landscape", 0.5)), "A picture, perhaps a landscape: wide format."),
        (known(genre=("Landscape", 0.3)), "A picture in wide format."),
        (
            known(genre=("Interior", 0.9), style=("Rococo", 0.5)),
            "An interior, perhaps in the manner of the Rococo: wide format.",
        ),
        (
            known(100, 100, genre=("Portrait", 0.5), style=("Cubism", 0.5)),
            "A picture, perhaps a portrait, perhaps in the manner of Cubism.",
        ),
        (
            known(100, 300, style=("Naive_Art", 0.9), subject=("a woman", 0.9)),
            "A picture of a woman in the manner of Naive Art: very tall format.",
        ),
        (known(100, 100, genre=("Seascape", 0.9), subject=("the sea", 0.9)), "A seascape."),
        (known(100, 100, subject=("horses", 0.5)), "A picture of nearly square format."),
        (Known(100, 100, brightness=0.1), "A picture, dark overall."),
        (Known(1, 1), "A picture of nearly square format."),
        (
            Known(200, 100, palette=(("#ffffff", 1.0),)),
            "A picture in white, very wide format, low contrast.",
        ),
    ],
)
def test_what_is_less_sure_is_hedged_or_left_out(work: Known, said: str) -> None:
    assert caption(work) == said


def test_a_label_that_hardly_leads_is_left_out() -> None:
    labels = {"genre": Label("Landscape", 0.9, 0.05)}
    assert caption(Known(100, 100, labels)) == "A picture of nearly square format."


def test_labels_are_told_as_far_as_they_are_trusted() -> None:
    work = known(100, 100, genre=("Nude Painting", 0.95), style=("Cubism", 0.95))
    assert caption(work) == "A nude in the manner of Cubism."
    assert caption(work, ()) == "A picture, perhaps a nude, perhaps in the manner of Cubism."
    assert caption(work, (("genre", "untold"), ("style", "untold"))) == (
        "A picture of nearly square format."
    )
    one_label = (*STATED, ("genre: Nude Painting", "untold"))
    assert caption(work, one_label) == "A picture in the manner of Cubism."


def test_hostile_labels_stay_one_bounded_line() -> None:
    evil = "\x1b[2J\u202eo\n'; DROP <b>" * 200
    said = caption(known(genre=(evil, 0.9), style=(evil, 0.9), subject=(evil, 0.9)))
    assert said.isprintable() and len(said) <= LONGEST


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("interior", "an interior"),
        ("still life", "a still life"),
        ("ukiyo-e print", "a ukiyo-e print"),
        ("unicorn", "a unicorn"),
        ("hour of rest", "an hour of rest"),
        ("flowers", "flowers"),
        ("the sea", "the sea"),
        ("a bus", "a bus"),
        ("canvas", "canvas"),  # the one kind of mistake: it lacks its article
        ("glass", "a glass"),
        ("", "a "),
    ],
)
def test_articles(noun: str, said: str) -> None:
    assert with_article(noun) == said


def test_number_and_case() -> None:
    assert is_plural("views of a town") and not is_plural("view of towns")
    assert noun_of("Sketch_and_Study") == "sketch or study"
    assert noun_of("View of NYC") == "view of NYC"
    assert repeats("flowers", "a flower painting") and not repeats("the man", "the portrait")


def test_facts_need_no_model() -> None:
    assert captioner_info("artlens-words").id == "artlens-words"
