"""What the words of the vocabulary say of each work, and how that goes with what is known."""

from collections.abc import Iterator
from functools import cached_property

import dagster as dg
import pandas as pd
import pyarrow as pa

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.label_doubts import accuracy, confusion
from artlens_pipeline.analysis.zero_shot import classify
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_frame
from artlens_pipeline.assets.known_labels import spelled_as
from artlens_pipeline.assets.per_shard import DerivedShards
from artlens_pipeline.assets.shards import PER_RUN, make_shards, order_of
from artlens_pipeline.assets.words import Words, encode, vocabulary_of
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.tables import DOUBTED, TABLES
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline.vocabulary import LabelSet


@dg.asset(
    partitions_def=SHARDS,
    deps=["clip_embeddings"],
    code_version=versioned("1", words=True),
    backfill_policy=PER_RUN,
    description="The nearest label of each set of the vocabulary (style, genre, subject, mood, "
    "palette, and one's own) to each work, by the encoder alone: no training, no known labels.",
    **attributes("language", "parquet", "numpy", by_shard=True),
)
def zero_shot_labels(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
    compute: ComputeResource,
) -> Iterator[dg.MaterializeResult]:
    """Label every work of each shard; the texts are encoded once, and only if needed."""
    order = order_of(context, LabelShards, given=vocabulary_of(home))
    yield from make_shards(context, order, home, lake, source, compute)


class LabelShards(DerivedShards):
    """Labels the works of shards by the vocabulary that is given."""

    def parameters(self) -> list[object]:
        """Which vocabulary."""
        return [self.order.given.fingerprint]

    def build(self, shard: str) -> tuple[pa.Table, Facts]:
        """A row for each work and set."""
        data = self.bench.lake.read("clip_embeddings", ["sample_id", "embedding"], shard)
        ids, works = data["sample_id"].combine_chunks(), as_matrix(data["embedding"])
        parts = [_labelled(ids, works, item, self._words) for item in self.order.given]
        facts = {"vocabulary": self.order.given.fingerprint}
        return pa.concat_tables([TABLES["zero_shot_labels"].empty_table(), *parts]), facts

    @cached_property
    def _words(self) -> Words:
        return encode(self.bench.lake, self.order.given)


@dg.asset(
    deps=["zero_shot_labels", "raw_samples"],
    code_version=versioned("1", words=True),
    description="How often each known style and genre met each zero-shot one: the confusion "
    "matrix, by which the encoder's labels can be trusted or not.",
    **attributes("language", "parquet", "pandas"),
)
def zero_shot_confusion(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], home: dg.ResourceParam[Home]
) -> dg.MaterializeResult:
    """Count known against predicted labels, and say how many are right."""
    vocabulary, schema = vocabulary_of(home), TABLES["zero_shot_confusion"]

    def build() -> tuple[pa.Table, Facts]:
        known = read_frame(lake, "raw_samples", ["sample_id", *DOUBTED])
        said = read_frame(lake, "zero_shot_labels", ["sample_id", "label_set", "label"])
        parts, facts = [pd.DataFrame(columns=schema.names)], Facts()
        for labels in filter(None, map(vocabulary.of, DOUBTED)):
            of_set = said[said["label_set"] == labels.name]
            both = known.merge(of_set.rename(columns={"label": "said"}), on="sample_id")
            found = confusion(both[labels.name], both["said"])
            expected = spelled_as(found["label"], labels)
            parts.append(found.assign(field=labels.name, expected=expected))
            facts |= _accuracy(parts[-1], labels.name)
        table = pd.concat(parts, ignore_index=True)
        return pa.Table.from_pandas(table, schema, preserve_index=False), facts

    return derive(context, lake, None, build, parameters=(vocabulary.fingerprint,))


def _labelled(ids: pa.Array, works: Floats, labels: LabelSet, words: Words) -> pa.Table:
    """A row a work: its label of one set."""
    found = classify(works, words.vectors[labels.name], words.scale)
    columns = {
        "sample_id": ids,
        "label_set": pa.array([labels.name] * len(ids), pa.string()),
        "label": pa.array(list(labels.labels), pa.string()).take(pa.array(found.labels)),
        "confidence": pa.array(found.confidence, pa.float64()),
        "margin": pa.array(found.margin, pa.float64()),
    }
    return pa.table(columns, schema=TABLES["zero_shot_labels"])


def _accuracy(found: pd.DataFrame, field: str) -> Facts:
    share, works = accuracy(found)
    return {f"{field} accuracy": share, f"{field}s compared": works} if works else {}
