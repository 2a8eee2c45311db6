"""Whole files of a repository, in the Hub's own cache.

Belongs here: fetching and finding files by commit. Does not belong here: reading in part
(`remote`).
"""

import logging
from pathlib import Path
from typing import Any

from artlens_pipeline.hub.asked import Asked, Kind
from artlens_pipeline.hub.asking import ask
from artlens_pipeline.hub.faults import NotOnHub, no_file
from artlens_pipeline.hub.repository import HubFile, listing

logger = logging.getLogger("artlens")
CARD = "README.md"
WORTH_A_LINE = 1_000_000  # bytes


def cached(kind: Kind, repo_id: str, commit: str, path: str) -> Path | None:
    """Where the file lies in the cache, whole; None where it does not. No network."""
    from huggingface_hub import try_to_load_from_cache

    asked = Asked(kind, repo_id, commit, path)
    found = ask(
        lambda: try_to_load_from_cache(repo_id, path, revision=commit, repo_type=kind), asked
    )
    if not isinstance(found, str):
        return None
    listed = _listed(asked)
    whole = listed is None or listed.size == Path(found).stat().st_size
    return Path(found) if whole else None


def download(kind: Kind, repo_id: str, commit: str, path: str) -> Path:
    """The whole file, from the cache where it lies there, else fetched into it.

    Raises NotOnHub, HubOutOfReach or another ArtLensError. A fetch that breaks off goes on where it
    stopped; the client compares the size with what the Hub announced.
    """
    if found := cached(kind, repo_id, commit, path):
        return found
    asked = Asked(kind, repo_id, commit, path)
    listed = _listed(asked)
    small = listed is not None and listed.size < WORTH_A_LINE
    size = f", {listed.size / 1e6:.1f} MB" if listed else ""
    logger.log(logging.DEBUG if small else logging.INFO, "Fetching %s%s", asked, size)
    return ask(lambda: _fetch(kind, repo_id, commit, path), asked)


def card(kind: Kind, repo_id: str, commit: str) -> dict[str, Any]:
    """The metadata at the head of README.md (YAML); {} where there is none to read."""
    import yaml
    from huggingface_hub import metadata_load

    try:
        return metadata_load(download(kind, repo_id, commit, CARD)) or {}
    except NotOnHub:
        return {}
    except (ValueError, yaml.YAMLError):
        logger.warning("The card of %s can't be read: its metadata is passed over.", repo_id)
        return {}


def cache_folder() -> Path:
    """Where `download` puts files (HF_HUB_CACHE)."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _fetch(kind: Kind, repo_id: str, commit: str, path: str) -> Path:
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    from artlens_pipeline.hub.resuming import resume_after_reset

    resume_after_reset()
    # A file that lies in the cache though `cached` refused it has another size than the listing's.
    stale = isinstance(try_to_load_from_cache(repo_id, path, revision=commit, repo_type=kind), str)
    return Path(
        hf_hub_download(repo_id, path, repo_type=kind, revision=commit, force_download=stale)
    )


def _listed(asked: Asked) -> HubFile | None:
    """The file in the repository's listing; None where the listing is not known here.

    Raises NotOnHub where the listing is known and does not name the file.
    """
    known = listing(asked.kind, asked.repo_id, asked.revision)
    if known is None:
        return None
    file = next((file for file in known.files if file.path == asked.path), None)
    if file is None:
        raise no_file(asked)
    return file
