"""Of the embeddings: unit vectors of the one encoder, none lost, none of a kind of its own.

The first three look at the shards of the run; `novelty` at what was embedded last.
"""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import novelty as analysis
from artlens_pipeline.analysis.graph import NORM_TOLERANCE
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge, too_few
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.standing import contents
from artlens_pipeline.vectors import as_matrix

MADE_BY = ["encoder", "revision", "precision"]
Vectors = dict[str, npt.NDArray[Any]]
FEW = 10
"""New works of which no share is worth telling."""
LEAST_SPREAD = 1e-4
"""Of the component in which vectors differ most; rounding alone makes 1e-6."""


@check("clip_embeddings", blocking=True)
def no_work_lost(subject: Subject) -> Finding:
    """Each shard holds just the works that it says it was made of, each once, with their bytes."""
    lake, broken = subject.lake, []
    for shard in subject.shards:
        made = lake.provenance("clip_embeddings", shard)
        rows = lake.read("clip_embeddings", ["sample_id", "content_hash"], shard).to_pylist()
        if made is None or made.upstream.get("raw_samples") != contents(rows):
            broken.append(shard)
    files = " ".join(str(lake.path("clip_embeddings", shard)) for shard in broken[:FEW])
    return judge(
        not broken,
        f"{len(subject.shards)} shards hold the works that they were made of",
        f"{len(broken)} shards do not hold the works that they were made of; remove {files} and "
        "run again: they are made anew",
        shards=len(subject.shards),
        broken=", ".join(broken[:FEW]),
    )


@check("clip_embeddings", blocking=True, kept=True)
def unit_vectors(subject: Subject) -> Finding:
    """Every vector is finite and of length 1."""
    wrong, greatest, count = [], 0.0, 0
    for shard in subject.shards:
        data = subject.lake.read("clip_embeddings", ["sample_id", "embedding"], shard)
        off = np.abs(np.linalg.norm(as_matrix(data["embedding"]).astype(np.float64), axis=1) - 1.0)
        wrong += data["sample_id"].filter(pa.array(~(off <= NORM_TOLERANCE))).to_pylist()
        greatest = max(greatest, float(off.max(initial=0.0, where=np.isfinite(off))))
        count += len(data)
    return judge(
        not wrong,
        f"{count} vectors of length 1",
        f"{len(wrong)} of {count} vectors are not finite or not of length 1; "
        + subject.remake(wrong),
        vectors=count,
        wrong=len(wrong),
        greatest_deviation=greatest,
        tolerance=NORM_TOLERANCE,
        sample_ids=examples(wrong),
    )


@check("clip_embeddings", blocking=True, kept=True)
def vectors_differ(subject: Subject) -> Finding:
    """Works of different bytes do not all have one vector."""
    parts = [
        subject.lake.read("clip_embeddings", ["content_hash", "embedding"], shard)
        for shard in subject.shards
    ]
    contents_ = {content for part in parts for content in part["content_hash"].to_pylist()}
    if len(contents_) < FEW:
        return too_few(len(contents_), FEW)
    bounds = [
        bound
        for part in parts
        if len(vectors := as_matrix(part["embedding"]))
        for bound in (vectors.min(axis=0), vectors.max(axis=0))
    ]
    spread = float(np.ptp(np.stack(bounds), axis=0).max())
    return judge(
        spread > LEAST_SPREAD,
        f"vectors of {len(contents_)} different works differ",
        f"{len(contents_)} different works all have the same vector: the encoder "
        f"{subject.lake.encoder} sees no difference; run again with another --encoder",
        works=len(contents_),
        spread=spread,
    )


@check("clip_embeddings", blocking=True, kept=True)
def one_checkpoint(subject: Subject) -> Finding:
    """Every vector is by the encoder on record, in its revision and dimension, in one precision."""
    lake = subject.lake
    info = encoder_info(lake.encoder, lake.revision)
    wanted = (info.id, info.revision, _precision(lake))
    others = []
    for shard in subject.shards:
        data = lake.read("clip_embeddings", [*MADE_BY, "embedding"], shard)
        found = set(zip(*(data[name].to_pylist() for name in MADE_BY), strict=True))
        width = as_matrix(data["embedding"]).shape[1] if len(data) else info.dimension
        if not found <= {wanted} or width != info.dimension:
            others.append(shard)
    files = " ".join(str(lake.path("clip_embeddings", shard)) for shard in others[:FEW])
    return judge(
        not others,
        f"all by one checkpoint, of {info.dimension} dimensions",
        f"{len(others)} shards hold vectors by another checkpoint than that on record; remove "
        f"{files} and run again: they are made anew",
        dimension=info.dimension,
        looked_at=len(subject.shards),
        shards=", ".join(others[:FEW]),
    )


@check("clip_embeddings", blocking=False)
def every_work_embedded(subject: Subject) -> Finding:
    """Every work that was read has a vector."""
    without = set(subject.ids("raw_samples")) - set(subject.ids())
    return judge(
        not without,
        "no work is without a vector",
        f"{len(without)} works could be read and not embedded, and are in no result; the run's log "
        "says why, and the next run tries them again",
        without=len(without),
        sample_ids=examples(without),
    )


@check("clip_embeddings", blocking=False, kept=True)
def novelty(subject: Subject) -> Finding:
    """The shards embedded last are of the kind of those before: drift, shard by shard."""
    new, old = _last_and_before(subject)
    works = sum(map(len, old.values()))
    if not old:
        return Finding(True, "all shards were embedded in one run; there are none before them")
    if works < subject.limits.min_works:
        return too_few(works, subject.limits.min_works)
    before, limits = np.concatenate(list(old.values())), subject.limits
    shares = {
        shard: analysis.novelty(vectors, before, limits.sample, limits.seed)
        for shard, vectors in new.items()
        if len(vectors) >= FEW
    }
    if not shares:
        return too_few(max(map(len, new.values())), FEW)
    far = sorted(
        (s for s in shares if shares[s] > limits.max_novelty), key=lambda shard: -shares[shard]
    )
    return judge(
        not far,
        f"{len(shares)} shards resemble the collection",
        f"most works of {', '.join(far[:FEW])} are unlike all before them; look whether they "
        f"belong: artlens sql \"FROM artworks WHERE shard = '{''.join(far[:1])}'\"",
        greatest_novelty=max(shares.values()),
        max_novelty=limits.max_novelty,
        expected=analysis.LEVEL,
        shards=", ".join(far[:FEW]),
    )


def _precision(lake: Lake) -> str:
    """The one that most shards are of; a shard that does not say is of fp32, as all once were."""
    names = lake.shards("clip_embeddings")
    made = (lake.provenance("clip_embeddings", name) for name in names)
    counted = Counter(item.facts.get("precision", "fp32") for item in made if item)
    return str(counted.most_common(1)[0][0]) if counted else "fp32"


def _last_and_before(subject: Subject) -> tuple[Vectors, Vectors]:
    """Vectors by shard: of the run that embedded last, and of all before it."""
    lake = subject.lake
    names = lake.shards("clip_embeddings")
    made = {name: item for name in names if (item := lake.provenance("clip_embeddings", name))}
    last = max(made, key=lambda name: (made[name].made_at, name), default="")
    parts: tuple[Vectors, Vectors] = ({}, {})
    for name, item in made.items():
        data = lake.read("clip_embeddings", ["embedding"], name)
        parts[item.run_id != made[last].run_id][name] = as_matrix(data["embedding"])
    return parts
