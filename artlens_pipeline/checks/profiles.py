"""Of profiles of clusters and of the sweep: each cluster has one, no value is on a cliff."""

from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, judge
from artlens_pipeline.tables import CLUSTERINGS


@check("cluster_profiles", blocking=True)
def every_cluster_once(subject: Subject) -> Finding:
    """Every cluster has one profile: its size, a name that no other has, works of its own."""
    profiles = subject.lake.read("cluster_profiles").to_pandas()
    wrong = int(profiles.duplicated(["clustering", "name"]).sum())
    for name in CLUSTERINGS:
        column = f"{name}_cluster"
        works = subject.lake.read(f"{name}_clusters", ["sample_id", column]).to_pandas()
        cluster = works.set_index("sample_id")[column]
        sizes = cluster[cluster >= 0].value_counts().to_dict()
        own = profiles[profiles["clustering"] == name]
        wrong += int(sizes != dict(zip(own["cluster"], own["size"], strict=True)))
        wrong += len(own) - own["cluster"].nunique()
        for row in own.to_dict("records"):
            shown = [*row["exemplars"], *row["oddest"]]
            wrong += int(set(cluster.reindex(shown)) != {row["cluster"]})
    if wrong and subject.outdated():
        return Finding(True, OLDER)
    return judge(
        not wrong,
        f"{len(profiles)} clusters",
        f"{wrong} faults: clusters without a profile, with two, with another size, or shown by "
        f"works of another cluster; {subject.remake()}",
        profiles=len(profiles),
        wrong=wrong,
    )


@check("cluster_sweep", blocking=False)
def no_cliff(subject: Subject) -> Finding:
    """The values in force give nearly the clusters that other seeds, or values beside them, do."""
    rows = [row for row in subject.lake.read("cluster_sweep").to_pylist() if row["in_force"]]
    limit = subject.limits.min_stability
    tried = [row for row in rows if row["stability"] is not None and row["clusters"] > 1]
    low = [row for row in tried if row["stability"] < limit]
    said = ", ".join(f"{r['parameter']} = {r['value']}: {r['stability']:.2f}" for r in low or tried)
    return judge(
        not low,
        f"adjusted Rand index {said}" if said else "too few works to try other values",
        f"another seed, or a little more or less, gives other clusters: adjusted Rand index {said} "
        f"(threshold {limit}); look at cluster_sweep for a steadier value, and put it under "
        "[kmeans_clusters] or [hdbscan_clusters] in artlens.toml",
        **{f"{row['clustering']}_stability": row["stability"] for row in tried},
        min_stability=limit,
    )
