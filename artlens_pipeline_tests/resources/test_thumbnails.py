"""Suspected pairs are compared by their thumbnails; what cannot be read is unknown."""

from pathlib import Path

import numpy as np
from PIL import Image

from artlens_pipeline.resources.thumbnails import agreements, read_square


def test_pairs_are_compared_and_the_missing_are_unknown(tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((120, 90), Image.Resampling.NEAREST)
    paths = [str(tmp_path / name) for name in ("a.jpg", "b.jpg", "c.jpg", "damaged.jpg")]
    image.save(paths[0], quality=95)
    image.save(paths[1], quality=60)
    image.rotate(180).save(paths[2])
    Path(paths[3]).write_bytes(b"no image")
    pairs = np.array([(0, 1), (0, 2), (1, 3), (3, 4)])
    found = agreements([*paths, ""], 64, pairs)
    assert found[0] > 0.97 and found[1] < 0.5
    assert np.isnan(found[2:]).all()
    assert read_square(paths[3], 64) is None
