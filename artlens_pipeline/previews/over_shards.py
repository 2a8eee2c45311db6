"""Which preview shows the catalog, a shard and a run over shards, and what it reads for that."""

from collections.abc import Sequence

import pyarrow as pa

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.previews import captions, palettes, shards, vectors, words, works
from artlens_pipeline.previews.parts import Preview, Shown
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.shard_status import shard_status
from artlens_pipeline.sources.ledger import PRESENT
from artlens_pipeline.vectors import as_matrix


def of_catalog(lake: Lake) -> Shown:
    """Of the catalog: what kinds of work there are, and what there is of each shard."""
    columns = ["shard", "status", "style", "genre", "artist"]
    catalog = lake.read("source_catalog", columns).to_pandas()
    present = catalog[catalog["status"] == PRESENT].reset_index(drop=True)
    standing = shards.standing(shard_status(lake))
    return {"kinds_of_work": works.kinds_of_work(present), "shard_status": standing}


def of_shard(table: str, lake: Lake, shard: str, most_bytes: int) -> Shown:
    """Of one shard; a picture has at most so many bytes."""
    if table == "raw_samples":
        rejected = lake.read("rejected_samples", ["reason"], shard)["reason"].to_pandas()
        paths = lake.read(table, ["thumbnail_path"], shard)["thumbnail_path"].to_pylist()
        sheet = works.contact_sheet(paths, most_bytes * 9 // 10)
        return {"contact_sheet": sheet, "rejected_of_shard": works.reasons(rejected)}
    if table == "image_quality":
        return {"metrics": works.metrics(lake.read(table, list(METRICS), shard).to_pandas())}
    if table == "zero_shot_labels":
        said = ["label_set", "label", "confidence"]
        return {"commonest": words.commonest(lake.read(table, said, shard).to_pandas())}
    if table == "color_palettes":
        colors = lake.read(table, ["colors", "shares"], shard)
        paths = lake.read("raw_samples", ["thumbnail_path"], shard)["thumbnail_path"]
        found = zip(*(column.to_pylist() for column in (paths, *colors)), strict=True)
        return {"palettes": palettes.palettes(list(found), most_bytes)}
    if table == "captions":
        own = ["caption", "captioner"]
        beside = lake.read("raw_samples", ["sample_id", "title", "thumbnail_path"], shard)
        said = lake.read(table, ["sample_id", *own], shard).to_pandas()
        merged = said.merge(beside.to_pandas(), on="sample_id", how="left")
        told = merged.astype(object).where(merged.notna(), None).to_dict("records")
        return {"captions": captions.written(told), "captioned_works": captions.beside(told)}
    matrix = as_matrix(lake.read(table, ["embedding"], shard)["embedding"])
    return {"similarities": vectors.spread(vectors.pairwise(matrix))}


def of_range(table: str, lake: Lake, chosen: Sequence[str], most_bytes: int) -> Shown:
    """Of the shards of a run together, where there are several."""
    if table != "raw_samples":
        return {}
    found: dict[str, Preview | None] = {"shard_status": shards.standing(shard_status(lake))}
    if len(chosen) > 1:
        rejected = _column(lake, "rejected_samples", "reason", chosen).to_pandas()
        paths = _column(lake, table, "thumbnail_path", chosen).to_pylist()
        found["sheet_of_run"] = works.contact_sheet(paths, most_bytes * 3 // 4)
        found["rejected_of_run"] = works.reasons(rejected)
    return found


def _column(lake: Lake, table: str, name: str, chosen: Sequence[str]) -> pa.ChunkedArray:
    return pa.concat_tables([lake.read(table, [name], shard) for shard in chosen])[name]
