"""Zero-shot labels by shard, by a vocabulary of one's own, and what follows from them."""

import csv
import shutil
from pathlib import Path

import dagster as dg
import numpy as np
import pytest

from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline.vocabulary import load_vocabulary
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.painted_gallery import rows, works

HOSTILE = "'); DROP TABLE artworks; --"
OWN = f"""
[style]
labels = ["Cubism", "Ukiyo-e", "Baroque", "Impressionism", "Minimalism"]
[light]
labels = ["dark", "bright", "{HOSTILE}"]
[genre]
labels = []
[subject]
labels = []
[mood]
labels = []
[palette]
labels = []
"""


@pytest.fixture
def embedded(pipeline: Pipeline, source: Path) -> Pipeline:
    pipeline.catalog(source=str(source), shard_size=5)
    pipeline.over_shards("ingest", "embed")
    return pipeline


def test_every_work_gets_the_nearest_label_of_each_set(embedded: Pipeline) -> None:
    made = embedded.over_shards("describe")
    assert {
        made[f"zero_shot_labels/{shard}"]["dagster/row_count"] for shard in embedded.shards
    } == {
        25,
        10,
    }
    data = embedded.lake.read("clip_embeddings", ["sample_id", "embedding"])
    vectors, encoder = as_matrix(data["embedding"]), load_encoder("artlens-mini", "")
    found = embedded.lake.read("zero_shot_labels").to_pandas()
    for labels in load_vocabulary(embedded.home.vocabulary):
        texts = [encoder.embed_texts(labels.prompts(label)).mean(axis=0) for label in labels.labels]
        words = np.array([text / np.linalg.norm(text) for text in texts])
        logits = encoder.logit_scale * vectors @ words.T
        shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        said = found[found["label_set"] == labels.name].set_index("sample_id")
        said = said.loc[data["sample_id"].to_pylist()]
        assert said["label"].tolist() == [list(labels.labels)[i] for i in shares.argmax(axis=1)]
        assert np.allclose(said["confidence"], shares.max(axis=1), atol=1e-4)
    assert embedded.over_shards("describe")["zero_shot_labels/shard-00000"]["skipped"]


def test_a_vocabulary_of_ones_own(embedded: Pipeline) -> None:
    embedded.over_shards("describe")
    embedded.home.vocabulary.write_text(OWN)
    made = embedded.over_shards("describe")
    assert not made["zero_shot_labels/shard-00000"]["skipped"]
    found = embedded.lake.read("zero_shot_labels").to_pandas()
    assert set(found["label_set"]) == {"style", "light"} and len(found) == 24
    embedded.run("publish", assets=("duckdb_warehouse",))
    columns, rows = Warehouse(embedded.home.warehouse).query("FROM artworks")
    wide = [name for name in columns if name.startswith("zero_shot_")]
    assert wide == [
        f"zero_shot_{set_}{end}" for set_ in ("style", "light") for end in ("", "_confidence")
    ]
    place = columns.index("zero_shot_light")
    assert {row[place] for row in rows} <= {"dark", "bright", HOSTILE} and len(rows) == 12


def test_a_broken_vocabulary_stops_the_step_with_a_line(embedded: Pipeline) -> None:
    embedded.home.vocabulary.write_text("[style]\nlabels = 3\n")
    with pytest.raises(dg.Failure, match="should be a list of texts"):
        embedded.over_shards("describe")


def test_a_shard_that_is_not_embedded_is_said(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    pipeline.over_shards("ingest")
    with pytest.raises(dg.Failure, match="there is no clip_embeddings of shard-00000 yet"):
        pipeline.over_shards("describe")


def test_known_labels_are_compared_and_a_wrong_one_is_doubted(
    pipeline: Pipeline, painted: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(painted, tmp_path / "works")
    two = {True: "Minimalism", False: "impressionist"}
    relabelled = [
        {**row, "style": two[row["genre"] == "abstract painting"]} for row in rows(painted)
    ]
    wrong = next(row for row in relabelled if row["path"] == works(painted)[0]["path"])
    wrong["style"] = two[wrong["style"] != "Minimalism"]
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, relabelled[0])
        writer.writeheader()
        writer.writerows(relabelled)
    pipeline.catalog(source=str(folder))
    pipeline.over_shards("ingest", "embed", "describe")
    names = ("neighbor_graph", "zero_shot_confusion", "label_doubts")
    made = pipeline.run("analyse", assets=names)
    confusion = pipeline.lake.read("zero_shot_confusion").to_pandas()
    assert (
        confusion.groupby("field")["works"].sum()["style"]
        == made["label_doubts"]["styles compared"]
    )
    expected = confusion.set_index("label")["expected"].to_dict()
    assert expected["impressionist"] == "Impressionism" and expected["nocturne"] == "Nocturne"
    doubts = pipeline.lake.read("label_doubts").to_pandas()
    first = doubts[doubts["field"] == "style"].iloc[0]
    title = pipeline.lake.read("raw_samples").to_pandas().set_index("sample_id")["title"]
    assert title[first["sample_id"]] == wrong["title"] and first["label"] == wrong["style"]
    assert {first["label"], first["suggested"]} == {"Minimalism", "impressionist"}
