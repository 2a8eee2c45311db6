"""Writes the model card of an artlens-mini from its evaluation, so that no figure is typed by hand.

Belongs here: how the figures are laid out. Does not belong here: measuring (`measuring`), the
card's words (`card_words`).
"""

import json
import textwrap
from pathlib import Path
from typing import Any

from artlens_pipeline.atelier.evaluation import card_words as words

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
    "thing_p10": 'text → image precision@10, "a painting of a boat"',
    "thing_chance": "the same by chance",
}


EVALUATION = "evaluation.json"


def write_model_card(folder: Path, beside: Path | None = None) -> None:
    """Write `README.md` beside the weights, from the `evaluation.json` there.

    `beside`: the folder of another artlens-mini, whose figures on real paintings are shown, too.
    """
    evaluation = _read(folder)
    if beside and "paintings" in evaluation["exams"]:
        others = _read(beside)["exams"]["paintings"]["figures"]["artlens-mini"]
        evaluation["exams"]["paintings"]["figures"][_name(beside)] = others
    facts = {
        **evaluation["recipe"],
        **evaluation["training"],
        "name": _name(folder),
        "licence": "other" if evaluation["paintings"] else "apache-2.0",
        "painted": evaluation["painted"],
        "paintings": evaluation["paintings"],
        "style_count": len(evaluation["styles"]),
        "style_names": ", ".join(evaluation["styles"]),
        "weights": " ".join(f"{weight:g}" for weight in evaluation["recipe"]["head_weights"]),
        "megabytes": f"{evaluation['weights_bytes'] / 1e6:.1f}",
    }
    parts = [
        words.INTRODUCTION.format(**facts),
        _filled((words.ALSO_REAL if evaluation["paintings"] else words.PAINTED_ONLY), facts),
        evaluation["provenance"] or _no_provenance(evaluation),
        *(_exam(name, exam, evaluation) for name, exam in evaluation["exams"].items()),
        _by_artist(evaluation),
        words.LIMITS.format(**facts),
        words.AGAIN.format(**facts),
    ]
    (folder / "README.md").write_text("\n".join(filter(None, parts)), "utf-8")


def _read(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / EVALUATION).read_text("utf-8"))
    return read


def _name(folder: Path) -> str:
    return folder.resolve().name.replace("_", "-")


def _filled(paragraph: str, facts: dict[str, Any]) -> str:
    return textwrap.fill(" ".join(paragraph.format(**facts).split()), 100) + "\n"


def _no_provenance(evaluation: dict[str, Any]) -> str:
    return words.NO_PROVENANCE if evaluation["paintings"] else words.OWN_LICENCE


def _exam(name: str, exam: dict[str, Any], evaluation: dict[str, Any]) -> str:
    seen = "trained" if evaluation["paintings"] else "untrained"
    heading = words.EXAMS[name if name == "gallery" else f"{name}_{seen}"]
    return "\n".join(
        (heading.format(**exam), _figures(exam["figures"]), _similarity(exam["similarity"]))
    )


def _figures(figures: dict[str, dict[str, float]]) -> str:
    columns = list(figures)
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for key, name in ROWS.items():
        cells = [f"{figures[c][key]:.3f}" if key in figures[c] else "" for c in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _by_artist(evaluation: dict[str, Any]) -> str:
    """The headline of real paintings: no artist on both sides."""
    if not evaluation["paintings"]:
        return ""
    if "by_artist" not in evaluation:
        return words.NOT_BY_ARTIST
    shorter = evaluation["by_artist"]
    exam = shorter["exams"]["paintings"]
    facts = {**shorter["recipe"], "held_out": exam["held_out"]}
    return words.BY_ARTIST.format(**facts) + _figures(exam["figures"])


def _similarity(scales: dict[str, dict[str, float]]) -> str:
    levels = list(next(iter(scales.values())))
    lines = [f"| cosine | {' | '.join(levels)} |", "|---" * (len(levels) + 1) + "|"]
    for name, row in scales.items():
        lines.append(f"| {name} | {' | '.join(f'{row[level]:.3f}' for level in levels)} |")
    intro = "Percentiles of the cosine between a held-out painting and …"
    return f"{intro}\n\n" + "\n".join(lines) + "\n"
