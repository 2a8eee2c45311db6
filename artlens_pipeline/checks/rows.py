"""Of every table with one row a work: the rows themselves, whatever stands in them."""

import re
from collections import Counter

from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge
from artlens_pipeline.tables import joined_tables

PER_WORK = (
    *("raw_samples", "clip_embeddings", "neighbor_graph", "umap_reduction"),
    *joined_tables(),
)
_ID = re.compile("[0-9a-f]{24}")


@check("source_catalog", "raw_samples", blocking=True)
def unique_ids(subject: Subject) -> Finding:
    """No sample_id stands for two works, in whichever shards, and each is 24 hex digits."""
    ids = subject.lake.read(subject.table, ["sample_id"])["sample_id"].to_pylist()
    twice = {key for key, count in Counter(ids).items() if count > 1}
    odd = {key for key in ids if not _ID.fullmatch(key)} - twice
    return judge(
        not twice and not odd,
        f"{len(ids)} different ids",
        f"{len(twice)} sample_ids stand for several works and {len(odd)} are not 24 hex digits; "
        + _remedy(subject, twice | odd),
        works=len(ids),
        twice=len(twice),
        odd=len(odd),
        sample_ids=examples(twice),
    )


@check(
    *("image_quality", "neighbor_graph", "umap_reduction"),
    *joined_tables(),
    blocking=True,
    kept=True,
)
def one_row_per_work(subject: Subject) -> Finding:
    """Every work of what the table is made of has one row in it: none is lost, none is twice."""
    ids = subject.ids()
    own, sources = set(ids), [name for name in subject.sources() if name in PER_WORK]
    upstream = [set(subject.ids(name)) for name in sources]
    lost = {key for them in upstream for key in them} - own
    foreign = {key for key in own if any(key not in them for them in upstream)}
    twice = len(ids) - len(own)
    well = not lost and not foreign and not twice
    if not well and not twice and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        well,
        f"{len(ids)} works, as in {' and '.join(sources)}",
        f"{len(lost)} works of {' and '.join(sources)} are missing, {len(foreign)} are in "
        f"{subject.table} only and {twice} rows are too many; {subject.remake(lost | foreign)}",
        rows=len(ids),
        lost=len(lost),
        foreign=len(foreign),
        twice=twice,
        sample_ids=examples(lost | foreign),
    )


def _remedy(subject: Subject, ids: set[str]) -> str:
    if subject.table != "source_catalog":
        return subject.remake(ids)
    path = subject.lake.path("source_catalog")
    return f"restore {path} from a copy, or remove it to number the shards anew, and run again"
