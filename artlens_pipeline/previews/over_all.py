"""Which preview shows which table over all shards, and what it reads from the lake for that."""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.previews import (
    captions,
    effects,
    groups,
    issues,
    maps,
    profiles,
    scores,
    vectors,
    words,
)
from artlens_pipeline.previews.labels import spoken_for
from artlens_pipeline.previews.parts import Shown, Table
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.vectors import as_matrix

_WORK = ["sample_id", "thumbnail_path", "style", "genre", "artist"]


def previews_of(table: str, lake: Lake) -> Shown:
    """Of a table over all shards."""
    return OF_TABLE[table](lake)


def _works(lake: Lake, ids: pd.Series) -> pd.DataFrame:
    """What raw_samples says of works, by sample_id; nulls where it says nothing."""
    found = _all_works(lake, lake.version("raw_samples")).reindex(ids)
    return found.assign(thumbnail_path=found["thumbnail_path"].fillna(""))


@lru_cache(maxsize=1)  # most previews of a run need it, and a large collection has many files
def _all_works(lake: Lake, version: str | None) -> pd.DataFrame:
    """Of all works; `version`: of raw_samples, so that it is read again when that changes."""
    try:
        return lake.read("raw_samples", _WORK).to_pandas().set_index("sample_id")
    except ResultMissingError:
        return pd.DataFrame(columns=_WORK, dtype=object).set_index("sample_id")


def _neighbours(lake: Lake) -> Shown:
    data = lake.read("neighbor_graph")
    near, alike = as_matrix(data["neighbors"]), as_matrix(data["similarities"])
    paths = _works(lake, data["sample_id"].to_pandas())["thumbnail_path"].tolist()
    ranks = (rank for rank in (1, 5, 30) if rank <= alike.shape[1])
    return {
        "similarities": vectors.spread({f"neighbour {k}": alike[:, k - 1] for k in ranks}),
        "neighbours": vectors.neighbours(paths, near, alike),
    }


def _uniqueness(lake: Lake) -> Shown:
    data = lake.read("uniqueness_scores", ["sample_id", "uniqueness"]).to_pandas()
    paths = _works(lake, data["sample_id"])["thumbnail_path"].tolist()
    return {
        "spread": scores.spread(data[["uniqueness"]]),
        "most_and_least_unique": scores.both_ends(
            data["uniqueness"].to_numpy(), paths, "most unique", "least unique"
        ),
    }


def _typical(lake: Lake) -> Shown:
    name = "representativeness"
    data = lake.read("representativeness_scores", ["sample_id", name]).to_pandas()
    clusters = lake.read("kmeans_clusters", ["sample_id", "kmeans_cluster"]).to_pandas()
    found = data.merge(clusters, on="sample_id")
    paths = _works(lake, found["sample_id"])["thumbnail_path"].tolist()
    values, of = found[name].to_numpy(), found["kmeans_cluster"].to_numpy()
    works = scores.typical(values, of, paths)
    return {"spread": scores.spread(data[[name]]), "most_and_least_typical": works}


def _variants(lake: Lake) -> Shown:
    data = lake.read("uniqueness_variants").to_pandas().drop(columns="sample_id")
    return {"spread": scores.spread(data), "agreement": scores.rank_correlations(data)}


def _artists(lake: Lake) -> Shown:
    return {"ranking": scores.artists(lake.read("artist_uniqueness").to_pandas())}


def _duplicates(lake: Lake) -> Shown:
    pairs = lake.read("near_duplicates").to_pandas()
    ids = pd.concat([pairs["sample_id"], pairs["duplicate_id"]]).drop_duplicates()
    paths = dict(zip(ids, _works(lake, ids)["thumbnail_path"], strict=True))
    return {
        "kinds_of_pair": groups.pair_kinds(pairs),
        "pair_sheet": groups.duplicates(pairs, paths),
    }


def _map(table: str, prefix: str, lake: Lake) -> Shown:
    axes = [f"{prefix}x", f"{prefix}y"]
    data = lake.read(table, ["sample_id", *axes]).to_pandas()
    labels = spoken_for(_works(lake, data["sample_id"])).reset_index(drop=True)
    return {"map": maps.scatter(data[axes].to_numpy(np.float64), labels)}


def _reduction(lake: Lake) -> Shown:
    """Its first two dimensions: whether there are clumps to find."""
    data = lake.read("umap_reduction", ["sample_id", "reduction"])
    labels = spoken_for(_works(lake, data["sample_id"].to_pandas())).reset_index(drop=True)
    points = as_matrix(data["reduction"])[:, :2].astype(np.float64)
    return {"reduction": maps.scatter(points, labels)}


def _clusters(method: str, inward: str, sign: int, lake: Lake) -> Shown:
    cluster, nearness = f"{method}_cluster", f"{method}_{inward}"
    data = lake.read(f"{method}_clusters", ["sample_id", cluster, nearness]).to_pandas()
    works = _works(lake, data["sample_id"]).reset_index(drop=True)
    paths = works["thumbnail_path"]
    return {
        "cluster_sizes": groups.sizes(data[cluster], spoken_for(works)),
        "exemplars": groups.exemplars(data[cluster], sign * data[nearness], paths),
    }


def _effects(lake: Lake) -> Shown:
    return {"strongest_effects": effects.strongest(lake.read("quality_by_style").to_pandas())}


def _profiles(lake: Lake) -> Shown:
    found = lake.read("cluster_profiles").to_pandas()
    ids = pd.Series([work for works in found["exemplars"] for work in works], dtype=object)
    paths = dict(zip(ids, _works(lake, ids)["thumbnail_path"], strict=True))
    return {
        "profiles": profiles.described(found),
        "named_exemplars": profiles.exemplars(found, paths),
    }


def _agreement(lake: Lake) -> Shown:
    return {"agreement": profiles.agreement(lake.read("cluster_agreement").to_pandas())}


def _sweep(lake: Lake) -> Shown:
    return {"sweep": profiles.sweep(lake.read("cluster_sweep").to_pandas())}


def _confusion(lake: Lake) -> Shown:
    return {"recalls": words.recalls(lake.read("zero_shot_confusion").to_pandas())}


def _doubts(lake: Lake) -> Shown:
    doubts = lake.read("label_doubts", ["sample_id", "label", "suggested", "doubt"]).to_pandas()
    paths = _works(lake, doubts["sample_id"])["thumbnail_path"].tolist()
    return {"most_doubted": words.doubted(doubts.assign(thumbnail_path=paths))}


def _issues(lake: Lake) -> Shown:
    data = lake.read("quality_issues").to_pandas()
    measured = lake.read("image_quality", ["sample_id", *METRICS]).to_pandas()
    found = data.merge(measured, on="sample_id")
    paths = _works(lake, found["sample_id"])["thumbnail_path"].reset_index(drop=True)
    return {
        "issues": issues.shares(data["quality_issues"]),
        "worst": issues.worst(found["quality_issues"], found, paths),
    }


def _caption_clusters(lake: Lake) -> Shown:
    data = lake.read("caption_clusters").to_pandas()
    held = data[data["caption_cluster"].notna()].reset_index(drop=True)
    works = _works(lake, held["sample_id"]).reset_index(drop=True)
    return {"cluster_sizes": groups.sizes(held["caption_cluster"].astype(int), spoken_for(works))}


def _caption_topics(lake: Lake) -> Shown:
    found = lake.read("caption_topics").to_pylist()
    ids = pd.Series([work for topic in found for work in topic["exemplars"]], dtype=object)
    paths = dict(zip(ids, _works(lake, ids)["thumbnail_path"], strict=True))
    return {"topics": captions.topics(found), "exemplars": captions.exemplars(found, paths)}


def _index(lake: Lake) -> Shown:
    (row,) = lake.read("similarity_index").to_pylist()
    names = ("table_name", "vectors", "dimension", "metric", "encoder", "revision")
    return {"index": Table(names, [tuple(row[name] for name in names)])}


OF_TABLE: dict[str, Callable[[Lake], Shown]] = {
    "neighbor_graph": _neighbours,
    "similarity_index": _index,
    "uniqueness_scores": _uniqueness,
    "uniqueness_variants": _variants,
    "artist_uniqueness": _artists,
    "near_duplicates": _duplicates,
    "cluster_profiles": _profiles,
    "cluster_agreement": _agreement,
    "cluster_sweep": _sweep,
    "zero_shot_confusion": _confusion,
    "label_doubts": _doubts,
    "umap_projection": partial(_map, "umap_projection", ""),
    "umap_reduction": _reduction,
    "pca_projection": partial(_map, "pca_projection", "pca_"),
    "tsne_projection": partial(_map, "tsne_projection", "tsne_"),
    "kmeans_clusters": partial(_clusters, "kmeans", "distance", -1),
    "birch_clusters": partial(_clusters, "birch", "distance", -1),
    "agglomerative_clusters": partial(_clusters, "agglomerative", "distance", -1),
    "hdbscan_clusters": partial(_clusters, "hdbscan", "probability", 1),
    "representativeness_scores": _typical,
    "quality_by_style": _effects,
    "quality_issues": _issues,
    "caption_clusters": _caption_clusters,
    "caption_topics": _caption_topics,
}
