"""Of near-duplicates: pairs are of works that there are, and copies are all found."""

from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge


@check("near_duplicates", blocking=True)
def sound_pairs(subject: Subject) -> Finding:
    """Pairs are of two different works, each pair once; works of the same bytes share a group."""
    embeddings = read_embeddings(subject.lake)
    hashes = dict(
        zip(embeddings.ids.to_pylist(), embeddings.content_hashes.to_pylist(), strict=True)
    )
    pairs = subject.lake.read("near_duplicates").to_pylist()
    ends = [(row["sample_id"], row["duplicate_id"]) for row in pairs]
    bad = {a for a, b in ends if a == b or a not in hashes or b not in hashes}
    twice = len(ends) - len({frozenset(pair) for pair in ends})
    groups = {
        key: row["group_id"] for row in pairs for key in (row["sample_id"], row["duplicate_id"])
    }
    apart = _apart(hashes, groups)
    if (bad or twice or apart) and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        not (bad or twice or apart),
        f"{len(ends)} pairs",
        f"{len(bad)} pairs are of one work or of unknown ones, {twice} are there twice, and "
        f"{len(apart)} copies share no group with theirs; {subject.remake()}",
        pairs=len(ends),
        bad=len(bad),
        twice=twice,
        copies_apart=len(apart),
        sample_ids=examples(bad | apart),
    )


def _apart(hashes: dict[str, str], groups: dict[str, str]) -> set[str]:
    """Works in another group than the first one with the same bytes, or in none."""
    first: dict[str, str] = {}
    apart = set()
    for key, content in hashes.items():
        original = first.setdefault(content, key)
        if original != key and (key not in groups or groups[key] != groups.get(original)):
            apart.add(key)
    return apart
