"""What a repository on the Hub holds at one commit; kept, so that it is known offline too.

Belongs here: revisions and listings. Does not belong here: the files' bytes (`files`, `remote`).
"""

import json
import logging
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from artlens_pipeline.hub.asked import Asked, Kind, is_commit
from artlens_pipeline.hub.asking import ask, timeout
from artlens_pipeline.hub.faults import HubOutOfReach

logger = logging.getLogger("artlens")


@dataclass(frozen=True)
class HubFile:
    """One file: its path in the repository, its bytes, its content's name.

    `oid` is the sha256 of a file in large-file storage, else the git blob id.
    """

    path: str
    size: int
    oid: str


@dataclass(frozen=True)
class HubRepo:
    """A repository at one commit, with all of its files, by path."""

    kind: Kind
    id: str
    commit: str
    files: tuple[HubFile, ...]


def resolve(kind: Kind, repo_id: str, revision: str = "") -> HubRepo:
    """The repository at a branch, tag, commit or ref ("" is the main branch); one request at most.

    A commit seen before costs no request. Where the Hub is out of reach, the commit at which the
    revision was last seen. Raises NotOnHub, HubOutOfReach or another ArtLensError.
    """
    asked = Asked(kind, repo_id, revision)
    if is_commit(revision) and (known := listing(kind, repo_id, revision)):
        return known
    try:
        repo = ask(lambda: _listed(kind, repo_id, revision), asked)
    except HubOutOfReach as fault:
        seen = _last_seen(kind, repo_id, revision)
        if seen is None:
            raise
        logger.warning("%s Taking %s as last seen, %s.", fault, asked, seen.commit[:12])
        return seen
    _remember(repo, revision)
    return repo


def listing(kind: Kind, repo_id: str, commit: str) -> HubRepo | None:
    """The repository at `commit` if it was resolved here before; no network."""
    try:
        known = json.loads((_folder(kind, repo_id, "listings") / f"{commit}.json").read_text())
        files = tuple(HubFile(**file) for file in known)
    except (OSError, ValueError, TypeError):
        return None
    return HubRepo(kind, repo_id, commit, files)


def _listed(kind: Kind, repo_id: str, revision: str) -> HubRepo:
    from huggingface_hub import HfApi

    info: Any = HfApi().repo_info(
        repo_id,
        repo_type=kind,
        revision=revision or None,
        files_metadata=True,
        timeout=timeout(),
    )
    files = (
        HubFile(
            file.rfilename,
            file.lfs.size if file.lfs else file.size,
            file.lfs.sha256 if file.lfs else file.blob_id,
        )
        for file in info.siblings
    )
    return HubRepo(kind, repo_id, info.sha, tuple(sorted(files, key=lambda file: file.path)))


def _last_seen(kind: Kind, repo_id: str, revision: str) -> HubRepo | None:
    try:
        commit = (_folder(kind, repo_id, "refs") / _file_name(revision)).read_text()
    except (OSError, ValueError):
        return None
    return listing(kind, repo_id, commit)


def _remember(repo: HubRepo, revision: str) -> None:
    """Keep the listing; a cache that can't be written is no reason to fail."""
    files = json.dumps([asdict(file) for file in repo.files])
    try:
        _write(_folder(repo.kind, repo.id, "listings") / f"{repo.commit}.json", files)
        _write(_folder(repo.kind, repo.id, "refs") / _file_name(revision), repo.commit)
    except (OSError, ValueError) as error:
        logger.warning("The files of %s could not be noted for use offline: %s", repo.id, error)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    temporary.write_text(text)
    temporary.replace(path)


def _folder(kind: Kind, repo_id: str, holds: str) -> Path:
    """A folder of ArtLens' own in the Hub's cache for libraries (HF_ASSETS_CACHE)."""
    from huggingface_hub import cached_assets_path, constants

    name = f"{kind}--{repo_id.replace('/', '--')}"
    assets = constants.HF_ASSETS_CACHE
    return cached_assets_path("artlens", name, holds, assets_dir=assets)


def _file_name(revision: str) -> str:
    return quote(revision or "main", safe="") + ".txt"
