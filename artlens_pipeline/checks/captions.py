"""Of captions and their topics: each is a line, most works have one of their own, topics add up."""

from collections import Counter
from typing import Any

from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.captioners.base import LONGEST
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge, too_few


@check("captions", blocking=True)
def one_line_each(subject: Subject) -> Finding:
    """Every caption is one printable line, not too long, and says which captioner wrote it."""
    rows = subject.read(["sample_id", "caption", "captioner", "revision"]).to_pylist()
    wrong = {
        row["sample_id"]
        for row in rows
        if not _is_line(row["caption"]) or not row["captioner"] or not row["revision"]
    }
    return judge(
        not wrong,
        f"{len(rows)} works with captions of one line",
        f"{len(wrong)} captions are empty, longer than {LONGEST} characters or not one line, or do "
        f"not say what wrote them; {subject.remake(wrong)}",
        works=len(rows),
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


@check("captions", blocking=False)
def telling_captions(subject: Subject) -> Finding:
    """Most works have a caption, and not all the same one, which would tell nothing."""
    captions = subject.read(["caption"])["caption"].to_pylist()
    works, limits = len(captions), subject.limits
    if works < max(1, limits.min_works):
        return too_few(works, limits.min_works)
    told = [caption for caption in captions if caption is not None]
    without = 1 - len(told) / works
    counts = Counter(told)
    commonest = max(counts.values(), default=0) / works
    return judge(
        without <= limits.max_without_caption and commonest <= limits.max_same_caption,
        f"{len(told)} of {works} works have a caption, {len(counts)} different ones",
        f"{without:.0%} of works have no caption (threshold {limits.max_without_caption:.0%}) and "
        f"{commonest:.0%} have the same (threshold {limits.max_same_caption:.0%}): the log says "
        "why a work has none; else try another captioner of [captions] in artlens.toml",
        works=works,
        without=without,
        commonest=commonest,
        different=len(counts),
    )


@check("caption_topics", blocking=True)
def topics_add_up(subject: Subject) -> Finding:
    """Each cluster of captions is one topic, with its works, and exemplars among them."""
    lake = subject.lake
    works = lake.read("caption_clusters", ["sample_id", "caption_cluster"]).to_pylist()
    held: dict[int, set[str]] = {}
    for work in works:
        if work["caption_cluster"] not in (None, NOISE):
            held.setdefault(work["caption_cluster"], set()).add(work["sample_id"])
    rows = lake.read("caption_topics").to_pylist()
    wrong = [row["topic"] for row in rows if not _adds_up(row, held.get(row["topic"], set()))]
    well = not wrong and sorted(row["topic"] for row in rows) == sorted(held)
    if not well and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        well,
        f"{len(rows)} topics of {sum(map(len, held.values()))} works",
        f"{len(wrong)} of {len(rows)} topics do not agree with the {len(held)} clusters of "
        f"caption_clusters; {subject.remake()}",
        topics=len(rows),
        wrong=len(wrong),
    )


def _is_line(caption: str | None) -> bool:
    return caption is None or (0 < len(caption) <= LONGEST and caption.isprintable())


def _adds_up(topic: dict[str, Any], held: set[str]) -> bool:
    terms, weights, exemplars = topic["terms"], topic["weights"], topic["exemplars"]
    return (
        topic["works"] == len(held)
        and len(terms) == len(set(terms)) == len(weights)
        and weights == sorted(weights, reverse=True)
        and set(exemplars) <= held
    )
