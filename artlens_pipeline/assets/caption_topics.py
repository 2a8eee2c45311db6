"""Over all works: groups of captions that say alike things, and what each group is about."""

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.labels import NOISE, describe
from artlens_pipeline.analysis.text_groups import grouped, word_vectors
from artlens_pipeline.analysis.topics import Topic, topics
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_frame
from artlens_pipeline.captioners import DEFAULT_CAPTIONER
from artlens_pipeline.captioners.words import FRAME
from artlens_pipeline.encoders import encoder_info, load_encoder
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import seed_setting, setting
from artlens_pipeline.tables import TABLES

EXEMPLARS = 6
"""Works that stand for a topic."""


class CaptionClustersConfig(dg.Config):
    """How captions are grouped."""

    space: str = setting(
        "caption_clusters",
        "space",
        "encoder: its vectors of the texts; words: TF-IDF, for a language it does not know",
        pattern="^(encoder|words)$",
    )
    method: str = setting("caption_clusters", "method", "How", pattern="^(kmeans|hdbscan)$")
    n_clusters: int = setting(
        "caption_clusters", "n_clusters", "Of kmeans; at most one for five works", ge=1
    )
    min_cluster_size: int = setting(
        "caption_clusters", "min_cluster_size", "Of hdbscan: fewest works in a cluster", ge=2
    )
    seed: int = seed_setting("caption_clusters", "Same seed, same clusters")


class TopicsConfig(dg.Config):
    """What a topic's terms are."""

    n_terms: int = setting("caption_topics", "n_terms", "Most terms of a topic", ge=1, le=100)
    stop_words: str = setting(
        "caption_topics",
        "stop_words",
        "english: scikit-learn's list; empty: none",
        pattern="^(english)?$",
    )
    max_share: float = setting(
        "caption_topics", "max_share", "Words in more captions than this are left out", gt=0, le=1
    )


@dg.asset(
    deps=["captions"],
    code_version=versioned("2", "caption_clusters"),
    description="Clusters of works by what their captions say; 0 is the largest, -1 is noise. "
    "Works without a caption are in none.",
    **attributes("language", "parquet", "scikitlearn"),
)
def caption_clusters(
    context: dg.AssetExecutionContext,
    config: CaptionClustersConfig,
    lake: dg.ResourceParam[Lake],
) -> dg.MaterializeResult:
    """Encode each caption once and cluster the works."""
    encodes = config.space == "encoder"
    info = encoder_info(lake.encoder, lake.revision)

    def build() -> tuple[pa.Table, Facts]:
        works = read_frame(lake, "captions", ["sample_id", "caption"])
        said = works["caption"].notna()
        texts, copies = np.unique(works.loc[said, "caption"].to_numpy(str), return_inverse=True)
        vectors = _encoded(lake, texts.tolist()) if encodes else word_vectors(texts.tolist())
        options = config.model_dump(exclude={"space"})
        made = grouped(vectors[copies], **options)
        cluster = pd.Series(pd.NA, works.index, "Int32")
        distance = pd.Series(pd.NA, works.index, "Float64")
        cluster[said], distance[said] = made.labels, pd.Series(made.distance).astype("Float64")
        columns = {"caption_cluster": cluster, "caption_distance": distance}
        facts = {**describe(made.labels), "captions": len(texts), "without": int((~said).sum())}
        frame = pd.DataFrame({"sample_id": works["sample_id"], **columns})
        return _as_table("caption_clusters", frame), facts

    made_by = (info.id, info.revision) if encodes else ()
    return derive(context, lake, config, build, parameters=made_by)


@dg.asset(
    deps=["caption_clusters", "captions"],
    code_version=versioned("1", "caption_topics"),
    description="What each cluster of captions is about: the words that set it apart (class-based "
    "TF-IDF), and the works that stand for it.",
    **attributes("language", "parquet", "scikitlearn"),
)
def caption_topics(
    context: dg.AssetExecutionContext, config: TopicsConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Name the clusters."""

    def build() -> tuple[pa.Table, Facts]:
        clusters = read_frame(lake, "caption_clusters", ["sample_id", *_CLUSTERED])
        works = clusters.merge(read_frame(lake, "captions", ["sample_id", "caption"]))
        captioners = lake.read("captions", ["captioner"])["captioner"].unique().to_pylist()
        works = works[works["caption_cluster"].notna() & works["caption"].notna()]
        labels = works["caption_cluster"].to_numpy(np.int32)
        found = topics(
            works["caption"].tolist(),
            labels,
            n_terms=config.n_terms,
            stop_words=_stop_words(config.stop_words, captioners),
            max_share=config.max_share,
        )
        rows = [_row(topic, works) for topic in found]
        facts = {"topics": len(rows), "noise": int((labels == NOISE).sum())}
        return pa.Table.from_pylist(rows, TABLES["caption_topics"]), facts

    return derive(context, lake, config, build)


_CLUSTERED = ("caption_cluster", "caption_distance")


def _stop_words(language: str, captioners: list[str]) -> frozenset[str]:
    """Those of a language, and the frame of sentences that artlens-words made."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    own = FRAME if captioners == [DEFAULT_CAPTIONER] else frozenset()
    return (ENGLISH_STOP_WORDS if language else frozenset()) | own


def _encoded(lake: Lake, texts: list[str]) -> Floats:
    return load_encoder(lake.encoder, lake.revision).embed_texts(texts)


def _row(topic: Topic, works: pd.DataFrame) -> dict[str, object]:
    own = works[works["caption_cluster"] == topic.group]
    nearest = own.sort_values("caption_distance", kind="stable")["sample_id"][:EXEMPLARS]
    return {
        "topic": topic.group,
        "name": topic.name,
        "terms": list(topic.terms),
        "weights": list(topic.weights),
        "works": topic.texts,
        "exemplars": nearest.tolist(),
    }


def _as_table(name: str, frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, TABLES[name], preserve_index=False)
