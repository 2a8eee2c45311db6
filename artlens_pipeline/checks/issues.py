"""Of image-quality issues: their names are known, and they set works apart."""

from collections import Counter

from artlens_pipeline.analysis.issues import ISSUES
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge, too_few


@check("quality_issues", blocking=True)
def known_issues(subject: Subject) -> Finding:
    """Each work has a list of issues, if an empty one: known names, in their order, each once."""
    works = subject.read(["sample_id", "quality_issues"]).to_pylist()
    wrong = {work["sample_id"] for work in works if not _sound(work["quality_issues"])}
    return judge(
        not wrong,
        f"{len(works)} works with names of {len(ISSUES)} issues",
        f"{len(wrong)} works have no list of issues, unknown ones, one twice, or in another order; "
        f"{subject.remake()}",
        works=len(works),
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


@check("quality_issues", blocking=False)
def rare_issues(subject: Subject) -> Finding:
    """No issue is that of most works, for then it tells nothing."""
    lists = subject.read(["quality_issues"])["quality_issues"].to_pylist()
    works, limit = len(lists), subject.limits.max_issue_share
    if works < max(1, subject.limits.min_works):
        return too_few(works, subject.limits.min_works)
    counts = Counter(name for names in lists for name in names or () if name in ISSUES)
    common = [f"{name} ({count / works:.0%})" for name, count in counts.most_common()
              if count > limit * works]  # fmt: skip
    return judge(
        not common,
        f"the commonest issue is that of {max(counts.values(), default=0) / works:.0%} of works",
        f"an issue of more than {limit:.0%} of works tells nothing: {', '.join(common)}; filter "
        "the view quality_issues of FiftyOne by it: either the images share a fault, as of one "
        "scanner, or this is how the collection is; then change its threshold under "
        "[quality_issues] in artlens.toml and run again",
        works=works,
        max_issue_share=limit,
        **{name: counts[name] for name in ISSUES},
    )


def _sound(names: list[str] | None) -> bool:
    return names is not None and names == [name for name in ISSUES if name in names]
