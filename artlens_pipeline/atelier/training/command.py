"""Trains artlens-mini: `python -m artlens_pipeline.atelier.training --out FOLDER`.

Belongs here: the command, and the order of what it does. It paints its own lessons; `--paintings`
adds real ones. The same arguments on the same machine give the same weights. `--artist-epochs N`
adds a shorter training on the split by artist, of which only the figures are kept.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from artlens_pipeline.atelier.evaluation.measuring import (
    baseline_figures,
    encoder_figures,
    similarity_scales,
)
from artlens_pipeline.atelier.evaluation.model_card import EVALUATION, write_model_card
from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.training.exam import Exam, gallery_exam, lessons
from artlens_pipeline.atelier.training.machine import THREADS, use_machine
from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.training.saving import save_encoder
from artlens_pipeline.atelier.training.split import Split, split_by_artist, split_by_painting
from artlens_pipeline.atelier.training.trainer import MEAN, STD, Trainer
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.encoders.files import WEIGHTS
from artlens_pipeline.encoders.mini_model import MiniModel


def main(arguments: list[str] | None = None) -> None:
    """Paint, train, measure, and write the encoder's folder with its model card."""
    options = _parser().parse_args(arguments)
    use_machine()
    recipe = replace(
        Recipe(), epochs=options.epochs, seed=options.seed, head_weights=tuple(options.head_weights)
    )
    with tempfile.TemporaryDirectory() as scratch:
        galleries = Path(options.galleries or scratch)
        painted = lessons(galleries, options.painted, recipe.cached)
        exams = [gallery_exam(galleries, recipe.cached, options.exam)]
        real = Collection.read(options.paintings, recipe.cached) if options.paintings else None
        trained = [painted]
        if real:
            split = _for(options, split_by_painting(real.paintings))
            exams.append(Exam("paintings", options.paintings, real.part(split.held_out)))
            trained += [] if options.measure_only else [real.part(split.seen)]
        evaluation = {
            "styles": sorted({p.style for part in trained for p in part.paintings} - {""}),
            "painted": options.painted,
            "paintings": sum(len(part.paintings) for part in trained[1:]),
            "provenance": options.provenance.read_text("utf-8") if options.provenance else "",
            **train_and_measure(trained, exams, recipe, options.out),
        }
        _write(options.out, evaluation)
        if real and options.artist_epochs:
            shorter = replace(recipe, epochs=options.artist_epochs)
            evaluation["by_artist"] = _by_artist(painted, real, options.paintings, shorter)
            _write(options.out, evaluation)


def train_and_measure(
    trained: Sequence[Collection], exams: Sequence[Exam], recipe: Recipe, out: Path
) -> dict[str, Any]:
    """Train on all of `trained`, save to `out`, and measure what was saved."""
    started = time.perf_counter()
    trainer = Trainer(Collection.joined(*trained), recipe)

    def save(epoch: int, loss: float, model: MiniModel) -> None:
        save_encoder(out, model, trainer.tokenizer, size=recipe.encoded, mean=MEAN, std=STD)
        seconds = time.perf_counter() - started
        print(f"epoch {epoch + 1}/{recipe.epochs}  loss {loss:.3f}  {seconds:.0f} s", flush=True)

    trainer.run(save)
    minutes = (time.perf_counter() - started) / 60
    encoder = load_encoder(str(out))
    return {
        "recipe": asdict(recipe),
        "training": {"minutes": round(minutes, 1), "threads": THREADS},
        "revision": encoder.info.revision,
        "weights_bytes": (out / WEIGHTS).stat().st_size,
        "exams": {exam.name: _examined(out, exam) for exam in exams},
    }


def _examined(out: Path, exam: Exam) -> dict[str, Any]:
    encoder = load_encoder(str(out))
    figures = {"artlens-mini": encoder_figures(encoder, exam.folder, exam.held_out)}
    return {
        "held_out": len(exam.held_out.paintings),
        "figures": _rounded({**figures, **baseline_figures(exam.held_out)}),
        "similarity": similarity_scales(encoder, exam.folder, exam.held_out),
    }


def _by_artist(
    painted: Collection, real: Collection, folder: Path, recipe: Recipe
) -> dict[str, Any]:
    split = split_by_artist(real.paintings)
    exam = Exam("paintings", folder, real.part(split.held_out))
    with tempfile.TemporaryDirectory() as out:
        return train_and_measure([painted, real.part(split.seen)], [exam], recipe, Path(out))


def _for(options: argparse.Namespace, split: Split) -> Split:
    return Split(split.train, [], split.development) if options.development else split


def _rounded(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Four digits; a figure that too few paintings could give is left out."""
    return {
        name: {key: round(value, 4) for key, value in row.items() if math.isfinite(value)}
        for name, row in figures.items()
    }


def _write(out: Path, evaluation: dict[str, Any]) -> None:
    (out / EVALUATION).write_text(json.dumps(evaluation, indent=2) + "\n", "utf-8")
    write_model_card(out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m artlens_pipeline.atelier.training", description="Train artlens-mini."
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder to write")
    add("--painted", type=int, default=5000, help="pictures to paint and train on (5000)")
    add("--exam", type=int, default=1000, help="pictures to paint and measure on (1000)")
    add("--galleries", type=Path, help="keep the painted pictures here, or take them from here")
    add("--paintings", type=Path, help="also real paintings: a folder with a manifest.csv")
    add("--measure-only", action="store_true", help="train on none of --paintings")
    add("--epochs", type=int, default=Recipe.epochs)
    add("--artist-epochs", type=int, default=0, help="a shorter training on the split by artist")
    add("--provenance", type=Path, help="Markdown for the model card: whose works")
    add("--seed", type=int, default=Recipe.seed)
    add(
        "--head-weights",
        type=float,
        nargs=3,
        metavar=("STYLE", "GENRE", "ARTIST"),
        default=Recipe.head_weights,
        help="what the losses of the label heads count, beside the contrastive loss's 1",
    )
    add(
        "--development",
        action="store_true",
        help="leave the held-out paintings alone: measure on the development part",
    )
    return parser
