"""Of zero-shot labels: every work has one of each set; known labels are seldom doubted."""

import numpy as np
import pyarrow.compute as pc

from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge, too_few
from artlens_pipeline.tables import DOUBTED
from artlens_pipeline.vocabulary import load_vocabulary


@check("zero_shot_labels", blocking=True, kept=True)
def labels_of_every_set(subject: Subject) -> Finding:
    """Every work has exactly one label of each set, and it is one that the set has."""
    vocabulary = load_vocabulary(subject.home.vocabulary)
    if any(_words_of(subject, shard) != vocabulary.fingerprint for shard in subject.shards):
        return Finding(True, OLDER)
    data = subject.read(["sample_id", "label_set", "label"]).to_pandas()
    works = set(subject.ids("clip_embeddings"))
    own = {item.name: set(item.labels) for item in vocabulary}
    pairs = zip(data["label_set"], data["label"], strict=True)
    known = np.array([label in own.get(name, ()) for name, label in pairs], dtype=bool)
    counts = data[known].groupby("sample_id")["label_set"].agg(["size", "nunique"])
    sound = counts[(counts["size"] == len(own)) & (counts["nunique"] == len(own))]
    wrong = works.symmetric_difference(sound.index) | set(data["sample_id"]) - works
    return judge(
        not wrong,
        f"{len(works)} works with a label of each of {len(own)} sets",
        f"{len(wrong)} works lack the label of a set, or have another one; {subject.remake(wrong)}",
        works=len(works),
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


@check("label_doubts", blocking=False)
def labels_agree(subject: Subject) -> Finding:
    """Few known labels are contradicted by both the neighbours and the encoder's words."""
    doubts = subject.read(["sample_id", "field"])
    made = subject.lake.provenance("label_doubts")
    facts = made.facts if made else {}
    counts = {
        field: (pc.sum(pc.equal(doubts["field"], field)).as_py() or 0, compared)
        for field in DOUBTED
        if (compared := facts.get(f"{field}s compared", 0))
    }
    works, limit = max((n for _, n in counts.values()), default=0), subject.limits.max_doubt_share
    if works < max(1, subject.limits.min_works):
        return too_few(works, subject.limits.min_works)
    shares = {field: found / n for field, (found, n) in counts.items()}
    said = ", ".join(f"{share:.0%} of {field}s" for field, share in shares.items())
    return judge(
        max(shares.values()) <= limit,
        f"{said} are doubted",
        f"{said} are doubted, more than {limit:.0%}: look at the view label_doubts of FiftyOne; "
        "either the labels are wrong, or this encoder does not see such differences: then take a "
        "larger one, or raise [checks] max_doubt_share in artlens.toml",
        **{f"{field}_doubt_share": share for field, share in shares.items()},
    )


@check("label_doubts", blocking=True)
def doubts_of_works(subject: Subject) -> Finding:
    """A work is doubted at most once a field, is a work, and gets another label suggested."""
    data = subject.read(["sample_id", "field", "label", "suggested"]).to_pandas()
    works = set(subject.ids("raw_samples"))
    wrong = set(data.loc[data["label"] == data["suggested"], "sample_id"])
    wrong |= set(data.loc[data.duplicated(["sample_id", "field"]), "sample_id"])
    wrong |= set(data["sample_id"]) - works
    if wrong and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        not wrong,
        f"{len(data)} doubts",
        f"{len(wrong)} works are doubted twice, for the label that they have, or are no works; "
        f"{subject.remake()}",
        doubts=len(data),
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


def _words_of(subject: Subject, shard: str) -> object:
    """Tells the vocabulary that a shard was labelled by."""
    made = subject.lake.provenance("zero_shot_labels", shard)
    return made.facts.get("vocabulary") if made else None
