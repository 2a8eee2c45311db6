"""Label works by the encoder alone: the nearest of one's own words, or of the vocabulary's."""

from collections import Counter
from typing import Any

import fiftyone as fo
import numpy as np
from fiftyone.operators import types

from artlens_pipeline.analysis.zero_shot import classify, label_vectors
from artlens_pipeline.app.operators.base import (
    AtlasOperator,
    Steps,
    ask_field,
    field_to_write,
    mark,
)
from artlens_pipeline.app.works import embeddings, note_run, plain, write_field
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.gallery_runs import CLIP_SIM
from artlens_pipeline.vocabulary import PLACE, LabelSet, label_set, load_vocabulary

FIELD, OWN, TEMPLATE = "my_labels", "own", "a painting of {}"
DECLARED = {"ftype": fo.EmbeddedDocumentField, "embedded_doc_type": fo.Classification}
TOLD = 5
"""Labels, the most frequent, that the summary counts."""


class ZeroShot(AtlasOperator):
    """`@artlens/atlas/zero_shot`."""

    NAME = "zero_shot"
    LABEL = "Zero-shot labels"
    ICON = "label"
    ABOUT = "The nearest of your own words to each work, without training; with its confidence"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """The field, which words, and where they are one's own, the words and their prompt."""
        ask_field(ctx, inputs, FIELD, DECLARED)
        sets = types.DropdownView()
        sets.add_choice(OWN, label="your own words")
        for item in load_vocabulary(Home.current().vocabulary):
            sets.add_choice(item.name, label=item.name, description=f"{len(item.labels)} labels")
        inputs.enum("words", sets.values(), default=OWN, view=sets, label="Words")
        if (ctx.params.get("words") or OWN) == OWN:
            about = "Two or more, with commas between: a ship, a harbour, the open sea"
            inputs.str("labels", required=True, label="Labels", description=about)
            about = f"What the encoder is asked; {PLACE} is a label"
            inputs.str("template", default=TEMPLATE, label="Prompt", description=about)
            if ctx.params.get("labels"):
                mark(inputs, "labels", lambda: _words(ctx.params))

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """A label with its softmax share as confidence; works without an embedding get none."""
        dataset, words = works._dataset, _words(params)
        field = field_to_write(dataset, params, FIELD, DECLARED)
        yield 0.0, "reading the embeddings"
        placed = embeddings(works)
        yield 0.2, f"encoding {len(words.labels)} labels"
        encoder = dataset.load_brain_results(CLIP_SIM).get_model().encoder
        labels = label_vectors(encoder.embed_texts, map(words.prompts, words.labels))
        found = classify(placed.rows, labels, encoder.logit_scale)
        yield 0.8, f"writing {field}"
        names = np.array(list(words.labels), dtype=object)[found.labels].tolist()
        about = {"templates": list(words.templates), "labels": list(words.labels)}
        note_run(dataset, field, self.NAME, {"works": len(placed.ids), **about})
        pairs = zip(names, plain(found.confidence), strict=True)
        made = [fo.Classification(label=name, confidence=share) for name, share in pairs]
        write_field(dataset, field, DECLARED, placed.ids, made)
        most = Counter(names).most_common(TOLD)
        told = "; ".join(f"{name} ({count})" for name, count in most)
        return {"field": field, "works": len(placed.ids), "labels": told}


def _words(params: dict[str, Any]) -> LabelSet:
    """The words that were asked for; ArtLensError where they are none."""
    name = params.get("words") or OWN
    if name == OWN:
        given = params.get("labels") or ""
        labels = given.split(",") if isinstance(given, str) else list(given)
        parts = [part.strip() if isinstance(part, str) else part for part in labels]
        template = params.get("template") or TEMPLATE
        return label_set("the list", OWN, {"labels": parts, "templates": [template]})
    vocabulary = load_vocabulary(Home.current().vocabulary)
    found = vocabulary.of(str(name))
    if not found:
        there = ", ".join([OWN, *(item.name for item in vocabulary)])
        raise ArtLensError(f"there are no words {name!r}; there is: {there}")
    return found
