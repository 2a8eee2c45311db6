"""Vectors of real paintings."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.encoders import load_encoder

PAINTINGS = 600


@pytest.fixture(scope="session")
def painting_vectors(shared_data: Path) -> Floats:
    """Unit vectors float32 [600, d] of real paintings by artlens-mini, every seventh of them."""
    folder = shared_data / "wikiart_pd"
    with (folder / "manifest.csv").open(encoding="utf-8") as manifest:
        paths = [folder / row["path"] for row in csv.DictReader(manifest)][::7][:PAINTINGS]
    encoder = load_encoder("artlens-mini")
    pixels = [encoder.preprocessing(Image.open(path).convert("RGB")) for path in paths]
    batches = [np.stack(pixels[start : start + 50]) for start in range(0, len(pixels), 50)]
    return np.concatenate([encoder.embed_images(batch) for batch in batches])
