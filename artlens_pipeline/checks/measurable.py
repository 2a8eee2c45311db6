"""Where quality cannot be measured, which is no fault."""

import numpy as np

from artlens_pipeline.assets.inputs import Embeddings
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, too_few


def untold(subject: Subject, embeddings: Embeddings) -> Finding | None:
    """What is to be said of few works, of works all alike and of a table made of others."""
    works, least = len(embeddings.vectors), subject.limits.min_works
    if works < least:
        return too_few(works, least)
    if subject.outdated():
        return Finding(True, OLDER)
    if not np.ptp(embeddings.vectors, axis=0).any():
        return Finding(True, "all works are alike: there is nothing to tell apart")
    return None
