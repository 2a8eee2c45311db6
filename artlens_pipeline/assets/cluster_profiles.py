"""What clusters are: their names, works and labels, and how they go with known labels."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from artlens_pipeline.analysis import cluster_profiles as analysis
from artlens_pipeline.analysis.graph import Indices
from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.analysis.uniqueness import is_unknown
from artlens_pipeline.analysis.zero_shot import softmax
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import Embeddings, read_embeddings, read_frame
from artlens_pipeline.assets.words import encode, vocabulary_of
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import CLUSTERINGS, TABLES
from artlens_pipeline.vocabulary import Vocabulary

FIELDS = ("style", "artist", "genre")
EXEMPLARS, ODDEST = 8, 4
DEPS = ["clip_embeddings", *(f"{name}_clusters" for name in CLUSTERINGS), "raw_samples"]


@dg.asset(
    deps=DEPS,
    code_version=versioned("2", words=True),
    description="Every k-means and HDBSCAN cluster with a name that sets it apart from the rest, "
    "its exemplars and oddest members, and the style, artist and genre that it selects.",
    **attributes("language", "parquet", "numpy"),
)
def cluster_profiles(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], home: dg.ResourceParam[Home]
) -> dg.MaterializeResult:
    """Describe each cluster."""
    vocabulary = vocabulary_of(home)

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        shares, known = _shares(lake, vocabulary, embeddings), _known(lake, embeddings)
        rows = [
            {"clustering": name, **row}
            for name, labels in _clusterings(lake, embeddings)
            for row in _profiles(embeddings, labels, shares, known)
        ]
        return pa.Table.from_pylist(rows, TABLES["cluster_profiles"]), {}

    return derive(context, lake, None, build, parameters=(vocabulary.fingerprint,))


@dg.asset(
    deps=DEPS,
    code_version="1",
    description="How far clusters select for style, artist or genre: purity, normalized and "
    "adjusted mutual information, adjusted Rand index.",
    **attributes("language", "parquet", "scikitlearn"),
)
def cluster_agreement(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Compare each clustering with each kind of known label."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        known = _known(lake, embeddings)
        rows = [
            {"clustering": name, "field": field, **analysis.agreement(labels, known[field])}
            for name, labels in _clusterings(lake, embeddings)
            for field in FIELDS
        ]
        return pa.Table.from_pylist(rows, TABLES["cluster_agreement"]), {}

    return derive(context, lake, None, build)


def _profiles(
    embeddings: Embeddings, labels: Indices, shares: analysis.Shares, known: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    names = analysis.names(labels, shares)
    ends = analysis.ends(embeddings.vectors, labels, EXEMPLARS, ODDEST)
    tops = {field: analysis.commonest(labels, known[field]) for field in FIELDS}
    for cluster, (name, confidence) in names.items():
        size = int((labels == cluster).sum())
        exemplars, oddest = (embeddings.ids.take(pa.array(end)) for end in ends[cluster])
        yield {
            **{"cluster": cluster, "name": name, "name_confidence": confidence},
            **{"size": size, "share": size / len(labels)},
            **{"exemplars": exemplars.to_pylist(), "oddest": oddest.to_pylist()},
            **{f"top_{field}": tops[field][cluster][0] for field in FIELDS},
            **{f"top_{field}_share": tops[field][cluster][1] for field in FIELDS},
        }


def _shares(lake: Lake, vocabulary: Vocabulary, embeddings: Embeddings) -> analysis.Shares:
    words = encode(lake, vocabulary)
    return {
        item.name: (
            list(item.labels),
            softmax(embeddings.vectors, words.vectors[item.name], words.scale),
        )
        for item in vocabulary
    }


def _clusterings(lake: Lake, embeddings: Embeddings) -> Iterator[tuple[str, Indices]]:
    """Names of clusterings and the cluster of each work; noise where a work is in none."""
    for name in CLUSTERINGS:
        column = f"{name}_cluster"
        frame = read_frame(lake, f"{name}_clusters", ["sample_id", column])
        found = frame.set_index("sample_id")[column].reindex(embeddings.ids.to_pylist())
        yield name, found.fillna(NOISE).to_numpy("int32")


def _known(lake: Lake, embeddings: Embeddings) -> pd.DataFrame:
    """The labels of each work; null where the source says nothing, or that it does not know."""
    frame = read_frame(lake, "raw_samples", ["sample_id", *FIELDS]).set_index("sample_id")
    frame = frame.loc[embeddings.ids.to_pylist()].reset_index(drop=True)
    return pd.DataFrame({field: frame[field].mask(is_unknown(frame[field])) for field in FIELDS})
