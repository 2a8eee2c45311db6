"""Zero-shot labels of the App: one's own words and the vocabulary's, as the analysis has them."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import (
    BROKEN,
    EMBEDDED,
    call,
    execute,
    form,
    values,
    vectors,
)
from artlens_pipeline_tests.gallery_fixtures import ENCODER, Gallery, sample_id

FIELD = "my_labels"
LABELS = "a blue night, red flowers , a portrait"
WORDS = [part.strip() for part in LABELS.split(",")]


def labelled(works: Any) -> dict[str, Any]:
    return values(works, FIELD)


def test_each_work_has_its_nearest_word(works: Any, atlas: Gallery) -> None:
    summary = call("zero_shot", works, labels=LABELS, template="{} in oil")
    encoder = load_encoder(ENCODER)
    texts = encoder.embed_texts([f"{word} in oil" for word in WORDS])
    logits = encoder.logit_scale * (vectors(atlas, EMBEDDED) @ texts.T).astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = labelled(works)
    assert sorted(found) == sorted(EMBEDDED) and sample_id(BROKEN) not in found
    for work, row in zip(EMBEDDED, shares, strict=True):
        assert found[work].label == WORDS[row.argmax()]
        assert found[work].confidence == pytest.approx(row.max(), abs=1e-5)
    assert summary["field"] == FIELD and summary["works"] == 26
    counts = Counter(item.label for item in found.values())
    assert summary["labels"] == "; ".join(f"{k} ({n})" for k, n in counts.most_common())
    config = works.get_run_info(FIELD).config
    assert config.labels == WORDS and config.templates == ["{} in oil"]


def test_a_list_of_python_and_a_selection(works: Any) -> None:
    call("zero_shot", works.limit(3), labels=["a, b", "c"])
    found = labelled(works)
    assert len(found) == 3 and {item.label for item in found.values()} <= {"a, b", "c"}


def test_the_vocabulary_of_the_home(
    works: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path))
    (tmp_path / "vocabulary.toml").write_text('[size]\nlabels = ["small", "large"]\n')
    choices = form("zero_shot", works).type.properties["words"].type.values
    assert "own" in choices and "style" in choices and choices[-1] == "size"
    assert "labels" not in form("zero_shot", works, words="size").type.properties
    call("zero_shot", works, words="size")
    assert {item.label for item in labelled(works).values()} <= {"small", "large"}
    (tmp_path / "vocabulary.toml").write_text("[size\n")
    with pytest.raises(ArtLensError, match="is not valid TOML"):
        call("zero_shot", works, words="size")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "the list: should be a list of texts of 1 to 200 characters"),
        ({"labels": "one"}, "the list needs 2 to 10000 labels, not 1"),
        ({"labels": "one, one"}, "the list needs 2 to 10000 labels, not 1"),
        ({"labels": "one,,two"}, "should be a list of texts of 1 to 200 characters"),
        ({"labels": LABELS, "template": "no place"}, "texts with one {} each"),
        ({"words": "moods"}, "there are no words 'moods'; there is: own, style"),
        ({"labels": LABELS, "field": "style"}, "style is published by ArtLens"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("zero_shot", works, **params)


def test_the_form_marks_a_single_label(works: Any) -> None:
    assert not form("zero_shot", works).type.properties["labels"].invalid
    marked = form("zero_shot", works, labels="one").type.properties["labels"]
    assert marked.invalid and "needs 2" in marked.error_message


def test_hostile_words_are_only_text(works: Any) -> None:
    hostile = "<img src=x onerror=alert(1)>, '; DROP TABLE works; --"
    assert "reload_dataset" in execute("zero_shot", works, labels=hostile)
    assert {item.label for item in labelled(works).values()} <= {
        part.strip() for part in hostile.split(",")
    }
