"""Over all works: which known labels are likely wrong."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import label_doubts as analysis
from artlens_pipeline.analysis.neighbors import NeighborGraph
from artlens_pipeline.analysis.zero_shot import softmax
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import Embeddings, read_embeddings, read_frame, read_graph
from artlens_pipeline.assets.known_labels import KnownLabels
from artlens_pipeline.assets.words import Words, encode, vocabulary_of
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting
from artlens_pipeline.tables import DOUBTED, TABLES


class DoubtsConfig(dg.Config):
    """When a known label is doubted."""

    min_doubt: float = setting(
        "label_doubts",
        "min_doubt",
        "How far the suggested label's mean share is above the known one's, at least",
        ge=0,
        le=1,
    )


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph", "raw_samples"],
    code_version=versioned("2", "label_doubts", words=True),
    description="Works whose style or genre is likely wrong: neither their neighbours nor the "
    "encoder's words say so. Most doubted first; for a person to look at.",
    **attributes("language", "parquet", "numpy"),
)
def label_doubts(
    context: dg.AssetExecutionContext,
    config: DoubtsConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
) -> dg.MaterializeResult:
    """Doubt labels that the collection uses and the vocabulary knows."""
    vocabulary = vocabulary_of(home)

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        _, graph = read_graph(lake, embeddings)
        frame = read_frame(lake, "raw_samples", ["sample_id", *DOUBTED]).set_index("sample_id")
        frame, words = frame.loc[embeddings.ids.to_pylist()], encode(lake, vocabulary)
        parts, facts = [TABLES["label_doubts"].empty_table()], Facts()
        for labels in filter(None, map(vocabulary.of, DOUBTED)):
            known = KnownLabels.of(frame[labels.name], labels)
            if len(known.names) > 1:
                found = _doubts(known, embeddings, graph, words, labels.name, config.min_doubt)
                parts.append(_rows(embeddings.ids, known, found, labels.name))
                facts[f"{labels.name}s doubted"] = len(parts[-1])
                facts[f"{labels.name}s compared"] = int((known.codes != analysis.UNKNOWN).sum())
        return pa.concat_tables(parts), facts

    return derive(context, lake, config, build, parameters=(vocabulary.fingerprint,))


def _doubts(
    known: KnownLabels,
    embeddings: Embeddings,
    graph: NeighborGraph,
    words: Words,
    field: str,
    least: float,
) -> analysis.Doubts:
    neighbors = analysis.neighbor_shares(graph, known.codes, len(known.names))
    zero_shot = softmax(embeddings.vectors, words.vectors[field][known.places], words.scale)
    return analysis.doubts(
        known.codes, neighbors, analysis.calibrated(known.codes, zero_shot), least
    )


def _rows(ids: pa.Array, known: KnownLabels, found: analysis.Doubts, field: str) -> pa.Table:
    names = pa.array(known.names, pa.string())
    columns = {
        "sample_id": ids.take(pa.array(found.rows)),
        "field": pa.array([field] * len(found.rows), pa.string()),
        "label": names.take(pa.array(known.codes[found.rows])),
        "suggested": names.take(pa.array(found.suggested)),
        "neighbor_label": names.take(pa.array(found.neighbors)),
        "neighbor_share": pa.array(found.neighbor_share),
        "zero_shot_label": names.take(pa.array(found.zero_shot)),
        "zero_shot_confidence": pa.array(found.zero_shot_confidence),
        "doubt": pa.array(found.doubt),
    }
    return pa.table(columns, schema=TABLES["label_doubts"])
