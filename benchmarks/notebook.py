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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

BATCH, CLUSTERS, SEED = 16, 10, 51


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
            vectors = embed(dataset.values("filepath"), checkpoint)
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
        for name, metric in METRICS.items():
            with self.step(name):
                dataset.add_sample_field(name, fo.FloatField)
                for sample in dataset.iter_samples(autosave=True):
                    sample[name] = metric(sample.filepath)
        dataset.delete()


def embed(paths: list[str], checkpoint: str) -> np.ndarray:
    """Unit vectors [n, d] by transformers in fp32."""
    import torch
    from PIL import Image
    from transformers import CLIPImageProcessorPil, CLIPModel

    processor = CLIPImageProcessorPil.from_pretrained(checkpoint)
    model = CLIPModel.from_pretrained(checkpoint, dtype=torch.float32).eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(paths), BATCH):
            images = [Image.open(path).convert("RGB") for path in paths[start : start + BATCH]]
            found = model.get_image_features(**processor(images, return_tensors="pt"))
            parts.append(torch.nn.functional.normalize(found.pooler_output, dim=-1).numpy())
    return np.concatenate(parts)


def _brightness(path: str) -> float:
    from PIL import Image

    red, green, blue = np.array(Image.open(path)).mean(axis=(0, 1))
    return float(np.sqrt(0.241 * red**2 + 0.691 * green**2 + 0.068 * blue**2) / 255)


def _contrast(path: str) -> float:
    import cv2

    image: Any = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    levels = np.flatnonzero(np.histogram(image, bins=256, range=(0, 256))[0])
    return float(levels[-1] - levels[0])


def _saturation(path: str) -> float:
    import cv2

    image: Any = cv2.imread(path)
    return float(cv2.cvtColor(image, cv2.COLOR_BGR2HSV)[:, :, 1].mean())


METRICS: dict[str, Callable[[str], float]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "saturation": _saturation,
}


def main(folder: str, checkpoint: str) -> None:
    """Run it and say how long it took."""
    notebook = Notebook()
    notebook.run(str(Path(folder)), checkpoint)
    print(json.dumps(notebook.seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
