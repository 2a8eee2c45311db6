"""A model folder in the Hugging Face manner, read without any model library.

Belongs here: what can be known of a folder from its files. Does not belong here: which class loads
it (`registry`), or where it comes from (`hub_model`). Imports neither torch nor transformers.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from artlens_pipeline.encoders import files
from artlens_pipeline.encoders.base import EncoderInfo, ModelNotFound, Preprocessing
from artlens_pipeline.encoders.families import FAMILIES, OTHER, Family, dimension


@dataclass(frozen=True)
class ModelFolder:
    """A folder with a model, under the id by which what it gives is recorded.

    `commit` is that of a snapshot of the Hub, "" for a folder of one's own.
    """

    id: str
    path: Path
    commit: str = ""
    allowed: files.Allowed = field(default_factory=files.Allowed)

    def require_whole(self) -> None:
        """Raise ModelNotFound, naming what lacks, where the folder is not complete."""
        names = self.names
        held = files.has_weights(names, self.allowed)
        missing = files.lacking(names) + ([] if held else [files.WEIGHTS])
        if missing:
            raise ModelNotFound(
                f"{self.path} is no whole model's folder: it lacks {'; '.join(missing)}."
                + ("" if held else files.pickle_hint(names, self.allowed))
            )

    @property
    def names(self) -> frozenset[str]:
        """The names of the files in it."""
        return frozenset(entry.name for entry in self.path.iterdir() if entry.is_file())

    @property
    def weights(self) -> tuple[str, ...]:
        """The names of the files that hold the weights."""
        return files.weights(self.names, self.read_json, self.allowed)

    @property
    def config(self) -> dict[str, Any]:
        """The model's configuration; raises ModelNotFound where it can't be read."""
        if files.CONFIG not in self.names:
            self.require_whole()
        return self.read_json(files.CONFIG)

    @property
    def family(self) -> Family:
        """How a model of this kind is fed."""
        return FAMILIES.get(str(self.config.get("model_type")), OTHER)

    @property
    def preprocessing(self) -> Preprocessing:
        """Raise ModelNotFound where the file describes none."""
        path = self.path / files.PREPROCESSOR
        try:
            return Preprocessing.from_config(self.read_json(path.name))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelNotFound(f"{path} describes no preprocessing: {error!r}") from error

    @property
    def info(self) -> EncoderInfo:
        """Id, revision and dimension of an encoder; no torch."""
        try:
            length = dimension(self.family, self.config)
        except ValueError as error:
            raise ModelNotFound(f"{self.path / files.CONFIG} {error}.") from error
        return EncoderInfo(self.id, self.revision, length)

    @property
    def revision(self) -> str:
        """The commit, or a hash of a folder's bytes, which are read once per process."""
        return self.commit or self._content()

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON object of the folder; raises ModelNotFound where it is none."""
        path = self.path / name
        try:
            content = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise ModelNotFound(f"{path} is not JSON: {error}") from error
        if not isinstance(content, dict):
            raise ModelNotFound(f"{path} holds no JSON object.")
        return content

    def _content(self) -> str:
        self.require_whole()
        names = files.shaping(self.names, self.weights, self.allowed)
        paths = tuple(self.path / name for name in names)
        stats = [path.stat() for path in paths]
        return _content_hash(paths, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=16)
def _content_hash(paths: tuple[Path, ...], stamps: tuple[tuple[int, int], ...]) -> str:
    """First 12 hex digits of sha256 over files; `stamps` only tells one state from the next."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]
