"""Trains artlens-mini: `python -m artlens_pipeline.atelier.training FOLDER --out FOLDER`.

Belongs here: the command, and the order of what it does. The same folder, seed and recipe on the
same machine give the same weights. `--artist-epochs N` adds a shorter training on the split by
artist, of which only the figures are kept.
"""

import argparse
import json
import math
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from artlens_pipeline.atelier.evaluation.measuring import (
    baseline_figures,
    encoder_figures,
    similarity_scales,
)
from artlens_pipeline.atelier.evaluation.model_card import write_model_card
from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.training.machine import THREADS, use_machine
from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.training.saving import save_encoder
from artlens_pipeline.atelier.training.split import Split, split_by_artist, split_by_painting
from artlens_pipeline.atelier.training.trainer import MEAN, STD, Trainer
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.encoders.files import WEIGHTS
from artlens_pipeline.encoders.mini_model import MiniModel

EVALUATION = "evaluation.json"


def main(arguments: list[str] | None = None) -> None:
    """Train, measure and write the encoder's folder with its model card."""
    options = _parser().parse_args(arguments)
    use_machine()
    recipe = replace(Recipe(), epochs=options.epochs, seed=options.seed)
    collection = Collection.read(options.folder, recipe.cached)
    split = split_by_painting(collection.paintings)
    if options.development:
        split = Split(split.train, [], split.development)
    evaluation = {
        "styles": sorted({painting.style for painting in collection.paintings} - {""}),
        "provenance": options.provenance.read_text("utf-8") if options.provenance else "",
        **train_and_measure(options.folder, collection, split, recipe, options.out),
    }
    _write(options.out, evaluation)
    if options.artist_epochs:
        shorter = replace(recipe, epochs=options.artist_epochs)
        by_artist = split_by_artist(collection.paintings)
        with tempfile.TemporaryDirectory() as scratch:
            evaluation["artist_disjoint"] = train_and_measure(
                options.folder, collection, by_artist, shorter, Path(scratch)
            )
        _write(options.out, evaluation)


def train_and_measure(
    folder: Path, collection: Collection, split: Split, recipe: Recipe, out: Path
) -> dict[str, Any]:
    """Train on all but `split.held_out`, save to `out`, and measure what was saved."""
    started = time.perf_counter()
    seen = sorted(split.train + split.development)
    trainer = Trainer(collection.part(seen), recipe)

    def save(epoch: int, loss: float, model: MiniModel) -> None:
        save_encoder(out, model, trainer.tokenizer, size=recipe.encoded, mean=MEAN, std=STD)
        seconds = time.perf_counter() - started
        print(f"epoch {epoch + 1}/{recipe.epochs}  loss {loss:.3f}  {seconds:.0f} s", flush=True)

    trainer.run(save)
    minutes = (time.perf_counter() - started) / 60
    encoder, held_out = load_encoder(str(out)), collection.part(split.held_out)
    figures = {"artlens-mini": encoder_figures(encoder, folder, held_out)}
    return {
        "recipe": asdict(recipe),
        "training": {"paintings": len(seen), "minutes": round(minutes, 1), "threads": THREADS},
        "held_out": len(split.held_out),
        "revision": encoder.info.revision,
        "weights_bytes": (out / WEIGHTS).stat().st_size,
        "figures": _rounded({**figures, **baseline_figures(held_out)}),
        "similarity": similarity_scales(encoder, folder, held_out),
    }


def _rounded(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Four digits; a figure that too few paintings could give is left out."""
    return {
        name: {key: round(value, 4) for key, value in row.items() if math.isfinite(value)}
        for name, row in figures.items()
    }


def _write(out: Path, evaluation: dict[str, Any]) -> None:
    (out / EVALUATION).write_text(json.dumps(evaluation, indent=2) + "\n", "utf-8")
    write_model_card(out, evaluation)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m artlens_pipeline.atelier.training", description="Train artlens-mini."
    )
    parser.add_argument("folder", type=Path, help="paintings with a manifest.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--artist-epochs", type=int, default=0)
    parser.add_argument("--provenance", type=Path, help="Markdown for the model card: whose works")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument(
        "--development",
        action="store_true",
        help="leave the held-out paintings alone: train on the train part, measure on development",
    )
    return parser
