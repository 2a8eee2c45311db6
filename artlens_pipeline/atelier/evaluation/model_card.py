"""Writes artlens-mini's model card from its evaluation, so that no figure is typed by hand.

Belongs here: the card's words. Does not belong here: measuring (`measuring`).
"""

from pathlib import Path
from typing import Any

ROWS = {
    "style_5nn": "style, 5 nearest neighbours",
    "style_5nn_other_artists": "the same, among other artists' works only",
    "genre_5nn": "genre, 5 nearest neighbours (without 'Unknown Genre')",
    "zero_shot_style": "style by text, zero-shot",
    "style_p10": 'text → image precision@10, "a cubist painting"',
    "genre_p10": 'text → image precision@10, "a still life"',
    "style_genre_p10": 'text → image precision@10, "a cubist still life"',
    "colour_p10": 'text → image precision@10, "a blue painting"',
    "colour_chance": "the same by chance",
    "thing_p10": 'text → image precision@10, "a painting of a boat", by titles',
    "thing_chance": "the same by chance",
}

INTRODUCTION = """---
license: other
library_name: transformers
pipeline_tag: zero-shot-image-classification
---
# artlens-mini

The small image-text encoder embedded in ArtLens, so that everything works without a network: a
convolutional image tower and a small text transformer into one space of {dimension} dimensions.
It is no CLIP: it knows painting styles, colours and light, some genres and painters, in English; it
hardly knows things (a boat, a horse). Use a real CLIP where results matter.

## Training data

{paintings} paintings in {style_count} styles ({style_names}), with
captions composed from style, genre, artist and title, from synonyms of them, and from words for
colour and light that are measured from the pixels. {held_out} further paintings, chosen by a hash
of their path, were held out; the recipe was chosen by short trials within the others. {epochs}
epochs took {minutes} minutes on {threads} CPU cores. No weights of another model were used.

{provenance}
## Figures

On the held-out paintings, each one's neighbours sought among the others of them:
"""

NO_PROVENANCE = """## Licence

Where these paintings come from, and under which terms, was not stated when this was trained.
"""

LIMITS = """
## Limits

- Styles outside the trained ones are not known, and where most artists have one style, part of what
  looks like style is the hand of an artist.
- Things are learnt from titles alone, which name few of those that a picture shows: a query such as
  "flowers in a vase" finds the colours and genres that go with the words rather than the things.
- A high cosine is no proof of a copy: different paintings of one rare palette, such as violet ones,
  can lie within 0.99 of each other. Compare pixels before calling two works the same.
- Words outside the captions are read as pieces or as unknown: they lower a score, never fail.
  Other scripts than the Latin are unknown words. English only; at most {max_tokens} tokens.
- Pictures are scaled to a square of {encoded} pixels: fine detail is lost, long formats are
  distorted.
- The training is deterministic for one seed, machine and version of torch.

## Training it again

    python -m artlens_pipeline.atelier.training FOLDER --out OUT --epochs {epochs} --seed {seed}
"""


def write_model_card(folder: Path, evaluation: dict[str, Any]) -> None:
    """Write `README.md` beside the weights."""
    recipe, training = evaluation["recipe"], evaluation["training"]
    facts = {
        **recipe,
        **training,
        "held_out": evaluation["held_out"],
        "style_count": len(evaluation["styles"]),
        "style_names": ", ".join(evaluation["styles"]),
        "provenance": evaluation["provenance"] or NO_PROVENANCE,
    }
    parts = [
        INTRODUCTION.format(**facts),
        _figures(evaluation["figures"]),
        _artist_disjoint(evaluation.get("artist_disjoint")),
        _similarity(evaluation["similarity"]),
        LIMITS.format(**facts),
    ]
    (folder / "README.md").write_text("\n".join(parts), "utf-8")


def _figures(figures: dict[str, dict[str, float]]) -> str:
    columns = list(figures)
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for key, name in ROWS.items():
        cells = [f"{figures[c][key]:.3f}" if key in figures[c] else "" for c in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _artist_disjoint(evaluation: dict[str, Any] | None) -> str:
    title = "### By artist\n\n"
    if evaluation is None:
        return title + "With no artist on both sides: not measured yet.\n"
    epochs, count = evaluation["recipe"]["epochs"], evaluation["held_out"]
    return (
        f"{title}Most artists have one style, so the split by painting flatters. A second, shorter "
        f"training\n({epochs} epochs) held out {count} paintings so that no artist stands on both "
        f"sides:\n\n{_figures(evaluation['figures'])}"
    )


def _similarity(scales: dict[str, dict[str, float]]) -> str:
    levels = list(next(iter(scales.values())))
    lines = [f"| cosine | {' | '.join(levels)} |", "|---" * (len(levels) + 1) + "|"]
    for name, row in scales.items():
        lines.append(f"| {name} | {' | '.join(f'{row[level]:.3f}' for level in levels)} |")
    intro = "### Scale of similarity\n\nPercentiles of the cosine between a held-out painting and …"
    return f"{intro}\n\n" + "\n".join(lines) + "\n"
