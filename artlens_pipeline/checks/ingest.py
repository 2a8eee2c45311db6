"""Of the catalog and of what is read from the source: no work is lost, and how much is usable."""

from collections import Counter

from artlens_pipeline.assets.quality import FIELDS
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge
from artlens_pipeline.resources.standing import Works, present_works, shard_states

WHY = 'artlens sql "FROM rejected_samples" says why'
WHERE = (
    "complete the source's manifest; "
    'artlens sql "SELECT shard, count(*), count(artist), count(style), count(genre) '
    'FROM artworks GROUP BY ALL" says where'
)


@check("source_catalog", blocking=True)
def every_shard_registered(subject: Subject) -> Finding:
    """Dagster's partitions are the shards that hold works, so that a run over them takes all."""
    held = set(present_works(subject.lake))
    missing, empty = held - set(subject.registered), set(subject.registered) - held
    return judge(
        not missing and not empty,
        f"{len(held)} shards",
        f"{len(missing)} shards with works are no partitions, and {len(empty)} partitions have no "
        "works; materialize source_catalog again, which registers them",
        missing=examples(missing),
        empty=examples(empty),
    )


@check("raw_samples", blocking=True)
def no_work_lost(subject: Subject) -> Finding:
    """Each work of the catalog is read or rejected with a reason; none is both, none is new."""
    works = present_works(subject.lake)
    states = {} if subject.chosen else shard_states(subject.lake, "raw_samples", works)
    lost, foreign = set(), set()
    for shard in subject.shards:
        if states.get(shard) != "stale":  # what it was made of is no longer there to compare
            listed, found = _listed(works, shard), _found(subject, shard)
            lost |= listed - set(found)
            foreign |= {key for key, n in found.items() if key not in listed or n > 1}
    return judge(
        not lost and not foreign,
        f"every work of {len(subject.shards)} shards is read or rejected",
        f"{len(lost)} works of the catalog are neither read nor rejected, {len(foreign)} are both "
        f"or not in it; {subject.remake(lost | foreign)}",
        lost=len(lost),
        foreign=len(foreign),
        sample_ids=examples(lost | foreign),
    )


@check("raw_samples", blocking=False)
def rejected_share(subject: Subject) -> Finding:
    """Few works are rejected."""
    rejected, read = len(subject.ids("rejected_samples")), len(subject.ids())
    share = rejected / max(rejected + read, 1)
    limit = subject.limits.max_rejected_share
    return judge(
        share <= limit,
        f"{rejected} of {rejected + read} works are rejected",
        f"{rejected} of {rejected + read} works are rejected (threshold {limit:.0%}); {WHY}",
        rejected=rejected,
        share=share,
        max_rejected_share=limit,
    )


@check("raw_samples", blocking=False)
def label_coverage(subject: Subject) -> Finding:
    """Of each kind of label that the source has at all, most works have one."""
    data = subject.lake.read("raw_samples", list(FIELDS))
    shares = {name: _labelled(data[name].to_pylist()) for name in FIELDS}
    limit = subject.limits.min_label_share
    short = [name for name, share in shares.items() if 0 < share < limit]
    said = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return judge(
        not short,
        f"works with a label: {said}",
        f"works with a label: {said} (threshold {limit:.0%}); {WHERE}",
        **shares,
        min_label_share=limit,
    )


def _labelled(labels: list[str | None]) -> float:
    return sum(bool(label and label.strip()) for label in labels) / max(len(labels), 1)


def _listed(works: Works, shard: str) -> set[str]:
    return {str(row["sample_id"]) for row in works.get(shard, [])}


def _found(subject: Subject, shard: str) -> Counter[str]:
    """The works read and rejected, and how often."""
    tables = ("raw_samples", "rejected_samples")
    parts = [subject.lake.read(table, ["sample_id"], shard) for table in tables]
    return Counter(key for part in parts for key in part["sample_id"].to_pylist())
