"""Models by their name on the Hub: `owner/model`, `owner/model@revision`.

Belongs here: which commit a name means, and which of its files are fetched. Does not belong here:
the Hub's protocol (`hub`), what the files say (`folder`), conversions of pickles (`conversion`).
"""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from artlens_pipeline import hub
from artlens_pipeline.encoders import files
from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.conversion import safetensors_of
from artlens_pipeline.encoders.folder import ModelFolder

logger = logging.getLogger("artlens")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[^@\s]+)?", re.ASCII)


def is_name(name: str) -> bool:
    """Whether a model on the Hub can be called so."""
    return _NAME.fullmatch(name) is not None


def describe(name: str, revision: str, allowed: files.Allowed) -> ModelFolder:
    """A folder of the cache that holds the model's config.json, perhaps no more."""
    repo = _located(name, revision, allowed)
    path = hub.download("model", repo.id, repo.commit, files.CONFIG)
    return ModelFolder(repo.id, path.parent, repo.commit, allowed)


def fetch(name: str, revision: str, allowed: files.Allowed) -> ModelFolder:
    """A folder of the cache that holds all that shapes what the model gives."""
    repo = _located(name, revision, allowed)
    missing = _missing(repo, allowed)
    if missing:
        size = sum(file.size for file in missing) / 1e6
        logger.info("Fetching %.1f MB of the model %s, %s", size, repo.id, repo.commit[:12])
    for file in missing:
        hub.download("model", repo.id, repo.commit, file.path)
    return describe(repo.id, repo.commit, allowed)


def missing_bytes(name: str, revision: str, allowed: files.Allowed) -> int:
    """Bytes that `fetch` would take from the Hub now."""
    return sum(file.size for file in _missing(_located(name, revision, allowed), allowed))


def _located(name: str, revision: str, allowed: files.Allowed) -> hub.HubRepo:
    """The repository at the commit that has config, tokenizer and weights that may be read."""
    repo_id, _, asked = name.partition("@")
    repo = hub.resolve("model", repo_id, revision or asked)
    names = _names(repo)
    if lacks := files.lacking(names):
        raise ModelNotFound(
            f"The model {repo_id!r} on the Hub is none that ArtLens can load: it lacks "
            f"{'; '.join(lacks)}."
        )
    if files.has_weights(names, allowed):
        return repo
    if converted := safetensors_of(repo, allowed):
        return converted
    raise ModelNotFound(
        f"The model {repo_id!r} on the Hub has no weights in safetensors."
        f"{files.pickle_hint(names, allowed) or ' Take another.'}"
    )


def _missing(repo: hub.HubRepo, allowed: files.Allowed) -> list[hub.HubFile]:
    """The files to fetch, the weights at the end."""

    def read(name: str) -> Mapping[str, Any]:
        path = hub.download("model", repo.id, repo.commit, name)
        return json.loads(path.read_text("utf-8"))

    held = files.weights(_names(repo), read, allowed)
    wanted = set(files.shaping(_names(repo), held, allowed))
    found = [file for file in repo.files if file.path in wanted]
    found.sort(key=lambda file: (file.path in held, file.path))
    return [f for f in found if hub.cached("model", repo.id, repo.commit, f.path) is None]


def _names(repo: hub.HubRepo) -> frozenset[str]:
    return frozenset(file.path for file in repo.files if "/" not in file.path)
