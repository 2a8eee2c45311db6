"""Safetensors of a model whose own branch holds nothing but a pickle.

The Hub's conversion service offers them as a pull request, and transformers takes them from there
(`safetensors_conversion.py`, 5.x). Belongs here: which proposal may stand for a commit.
"""

import logging

from artlens_pipeline import hub
from artlens_pipeline.encoders.files import Allowed, has_weights, is_pickle, shaping
from artlens_pipeline.errors import ArtLensError

logger = logging.getLogger("artlens")
CONVERTER = "SFconvertbot"
"""The account of the Hub's conversion service."""


def safetensors_of(repo: hub.HubRepo, allowed: Allowed) -> hub.HubRepo | None:
    """The proposal's commit that holds safetensors made of the very weights of `repo`.

    The pickle, the configuration and the tokenizer must be the same there to the byte, so that the
    one commit says all that shapes what the model gives. None where there is no such proposal.
    """
    pickles = {path: oid for path, oid in _contents(repo).items() if is_pickle(path)}
    if not pickles:
        return None
    for reference in _proposals(repo):
        proposal = hub.resolve("model", repo.id, reference)
        if has_weights(_contents(proposal), Allowed()) and _same(repo, proposal, allowed.further):
            logger.info(
                "%s has no safetensors at %s; they are taken from %s, %s",
                repo.id, repo.commit[:12], reference, proposal.commit[:12],
            )  # fmt: skip
            return proposal
    return None


def _proposals(repo: hub.HubRepo) -> list[str]:
    try:
        return hub.open_proposals("model", repo.id, CONVERTER)
    except hub.HubOutOfReach:
        raise
    except ArtLensError:  # a repository may have closed its discussions
        return []


def _same(repo: hub.HubRepo, proposal: hub.HubRepo, further: tuple[str, ...]) -> bool:
    ours, theirs = _contents(repo), _contents(proposal)
    names = {
        *shaping(set(ours) | set(theirs), (), Allowed(further=further)),
        *filter(is_pickle, ours),
    }
    return all(ours.get(name) == theirs.get(name) for name in names)


def _contents(repo: hub.HubRepo) -> dict[str, str]:
    """The oid of each file at the top."""
    return {file.path: file.oid for file in repo.files if "/" not in file.path}
