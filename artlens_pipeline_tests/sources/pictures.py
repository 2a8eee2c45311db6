"""Small pictures and rows of them, for Parquet files, and fetching them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image


def picture(seed: int, kind: str = "PNG", size: int = 8) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (size, size, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def rows(count: int, size: int = 8, **labels: Any) -> list[dict[str, Any]]:
    """As `huggan.write_parquet` takes them; picture n is of seed n."""
    plain = {"artist": "Ann", "genre": "portrait", "style": "Cubism"}
    return [
        {"image": picture(n, size=size), "path": f"{n}.png", **plain, **labels}
        for n in range(count)
    ]


def fetch(source: Any, listing: pd.DataFrame) -> dict[str, Path]:
    return dict(source.fetch(dict(zip(listing["source_key"], listing["stamp"], strict=True))))
