"""Small pictures and rows of them, for Parquet files."""

import io
from typing import Any

import numpy as np
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
