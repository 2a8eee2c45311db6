"""`python -m benchmarks.notebook FOLDER CHECKPOINT`: the notebook's calls, in their own process.

FiftyOne's brain does similarity, visualization and uniqueness as the notebook asks it to. Its own
CLIP can't be imported beside the CPU build of torch (torchvision's operators are missing), so
transformers' processor and model embed, 16 at a time. k-means is scikit-learn's, and three quality
metrics are computed one after the other, each reading every image, as the notebook's plugins do.
Prints a line of JSON: seconds by step.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plugin import compute

BATCH, CLUSTERS, SEED = 16, 10, 51
METRICS = ("brightness", "contrast", "saturation")


class Notebook:
    """A FiftyOne dataset of a folder, and the seconds that each step took on it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done in it."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began

    def run(self, folder: str, checkpoint: str) -> None:
        """Everything, in the notebook's order."""
        with self.step("imports, database"):
            import fiftyone as fo
            import fiftyone.brain as fob
        with self.step("dataset"):
            dataset = fo.Dataset.from_images_dir(folder)
            dataset.compute_metadata(progress=False)
        with self.step("embeddings"):
            vectors = embed(dataset.values("filepath"), *load(checkpoint))
        with self.step("similarity"):
            fob.compute_similarity(dataset, embeddings=vectors, brain_key="sim", progress=False)
        with self.step("visualization"):
            fob.compute_visualization(
                dataset,
                embeddings=vectors,
                method="umap",
                brain_key="vis",
                progress=False,
                seed=SEED,
            )
        with self.step("uniqueness"):
            fob.compute_uniqueness(dataset, embeddings=vectors, progress=False)
        with self.step("clusters"):
            from sklearn.cluster import KMeans

            labels = KMeans(CLUSTERS, random_state=SEED).fit_predict(vectors)
            found = [fo.Classification(label=str(label)) for label in labels]
            dataset.set_values("cluster", found)
        for name in METRICS:
            with self.step(name):
                compute(dataset, name)
        dataset.delete()


def load(checkpoint: str) -> tuple[Any, Any]:
    """Transformers' processor and model, in fp32."""
    import torch
    from transformers import CLIPImageProcessorPil, CLIPModel

    model = CLIPModel.from_pretrained(checkpoint, dtype=torch.float32).eval()
    return CLIPImageProcessorPil.from_pretrained(checkpoint), model


def embed(paths: Sequence[str | Path], processor: Any, model: Any) -> np.ndarray:
    """Unit vectors [n, d], one batch after another."""
    import torch
    from PIL import Image

    parts = []
    with torch.inference_mode():
        for start in range(0, len(paths), BATCH):
            images = [Image.open(path).convert("RGB") for path in paths[start : start + BATCH]]
            found = model.get_image_features(**processor(images, return_tensors="pt"))
            parts.append(torch.nn.functional.normalize(found.pooler_output, dim=-1).numpy())
    return np.concatenate(parts)


def main(folder: str, checkpoint: str) -> None:
    """Run it and say how long it took."""
    notebook = Notebook()
    notebook.run(str(Path(folder)), checkpoint)
    print(json.dumps(notebook.seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
