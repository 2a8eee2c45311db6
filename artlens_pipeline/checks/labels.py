"""Of tables with a row a label: every work is in them."""

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.assets.quality import FIELDS
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, judge


@check("artist_uniqueness", blocking=True)
def every_work_counted(subject: Subject) -> Finding:
    """Every scored work counts for one artist, and each mean lies in its interval."""
    scored = subject.lake.rows("uniqueness_scores")
    rows = subject.lake.read("artist_uniqueness").to_pylist()
    counted = sum(row["n"] for row in rows)
    twice = len(rows) - len({row["artist"] for row in rows})
    outside = sum(
        not row["ci_low"] <= row["mean"] <= row["ci_high"]
        for row in rows
        if row["ci_low"] is not None
    )
    well = counted == scored and not twice and not outside
    if not well and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        well,
        f"{counted} works of {len(rows)} artists",
        f"{counted} works are counted of {scored} that are scored, {twice} artists are there "
        f"twice, {outside} means lie outside their interval; {subject.remake()}",
        counted=counted,
        scored=scored,
        twice=twice,
        outside=outside,
    )


@check("quality_by_style", blocking=True)
def every_label_described(subject: Subject) -> Finding:
    """For each kind of label, every labelled work counts once in every metric."""
    found = subject.lake.read("quality_by_style", ["field", "label", "metric", "n"]).to_pandas()
    labels = subject.lake.read("raw_samples", list(FIELDS)).to_pandas()
    wrong = []
    for name in FIELDS:
        known = int((labels[name].fillna("").str.strip() != "").sum())
        part = found[found["field"] == name]
        for rows in (part[part["label"].isna()], part[part["label"].notna()]):
            counted = rows.groupby("metric")["n"].sum().reindex(list(METRICS), fill_value=0)
            wrong += [f"{name} by {metric}" for metric, n in counted.items() if n != known]
    if wrong and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        not wrong,
        f"{len(found)} descriptions",
        f"not every labelled work is counted in {', '.join(wrong[:3])}; {subject.remake()}",
        wrong=len(wrong),
        descriptions=len(found),
    )
