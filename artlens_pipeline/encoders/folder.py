"""A model folder in the Hugging Face manner, read without any model library.

Belongs here: what can be known of a folder from its files. Does not belong here: which class loads
it (`registry`). Imports neither torch nor transformers.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from artlens_pipeline.encoders.base import EncoderInfo, EncoderNotFound, Preprocessing

CONFIG, WEIGHTS = "config.json", "model.safetensors"
PREPROCESSOR, TOKENIZER = "preprocessor_config.json", "tokenizer.json"
FILES = (CONFIG, WEIGHTS, PREPROCESSOR, TOKENIZER)


@dataclass(frozen=True)
class ModelFolder:
    """A folder that holds all of `FILES`, under the id by which its embeddings are recorded."""

    id: str
    path: Path

    @classmethod
    def open(cls, id: str, path: Path) -> "ModelFolder":
        """Raise EncoderNotFound, naming what lacks, where the folder is not complete."""
        missing = [name for name in FILES if not (path / name).is_file()]
        if missing:
            raise EncoderNotFound(
                f"{path} is not an encoder's folder: it lacks {', '.join(missing)}. "
                f"A folder in the Hugging Face manner holds {', '.join(FILES)}."
            )
        return cls(id, path)

    @property
    def config(self) -> dict[str, Any]:
        """The model's configuration; raises EncoderNotFound where it can't be read."""
        return _read_json(self.path / CONFIG)

    @property
    def preprocessing(self) -> Preprocessing:
        """Raise EncoderNotFound where the file describes none."""
        path = self.path / PREPROCESSOR
        try:
            return Preprocessing.from_config(_read_json(path))
        except (KeyError, TypeError, ValueError) as error:
            raise EncoderNotFound(f"{path} describes no preprocessing: {error!r}") from error

    @property
    def info(self) -> EncoderInfo:
        """Id, revision and dimension; reads the weights' bytes once per process, no torch."""
        dimension = self.config.get("projection_dim")
        if not isinstance(dimension, int):
            raise EncoderNotFound(f"{self.path / CONFIG} names no whole projection_dim.")
        stamps = tuple((self.path / name).stat().st_mtime_ns for name in FILES)
        return EncoderInfo(self.id, _content_hash(self.path, stamps), dimension)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise EncoderNotFound(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise EncoderNotFound(f"{path} holds no JSON object.")
    return content


@lru_cache(maxsize=16)
def _content_hash(path: Path, stamps: tuple[int, ...]) -> str:
    """First 12 hex digits of sha256 over `FILES`; `stamps` only tells one state from the next."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(hashlib.sha256((path / name).read_bytes()).digest())
    return digest.hexdigest()[:12]
