"""What has been measured of the works of a shard, for a captioner that only tells of that."""

from typing import Any

import pyarrow as pa

from artlens_pipeline.captioners import Known, Label
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.resources.standing import shard_version

TOLD = ("zero_shot_labels", "color_palettes", "image_quality")
"""The tables that it is read from, besides raw_samples; one that is not there says nothing."""


def versions(lake: Lake, shard: str) -> dict[str, str]:
    """Versions of the shard of each of these tables that there is."""
    found = {name: shard_version(lake, name, shard) for name in TOLD}
    return {name: version for name, version in found.items() if version}


def read_known(lake: Lake, shard: str, samples: list[dict[str, Any]]) -> dict[str, Known]:
    """By sample_id; `samples` are rows of raw_samples with width and height."""
    labels: dict[str, dict[str, Label]] = {}
    columns = ["sample_id", "label_set", "label", "confidence", "margin"]
    for row in _rows(lake, "zero_shot_labels", columns, shard):
        label = Label(row["label"], row["confidence"], row["margin"])
        labels.setdefault(row["sample_id"], {})[row["label_set"]] = label
    palettes = {
        row["sample_id"]: tuple(zip(row["colors"], row["shares"], strict=True))
        for row in _rows(lake, "color_palettes", ["sample_id", "colors", "shares"], shard)
    }
    quality = ["sample_id", "brightness", "contrast"]
    measured = {row["sample_id"]: row for row in _rows(lake, "image_quality", quality, shard)}
    return {
        (key := row["sample_id"]): Known(
            row["width"],
            row["height"],
            labels.get(key, {}),
            palettes.get(key, ()),
            measured.get(key, {}).get("brightness"),
            measured.get(key, {}).get("contrast"),
        )
        for row in samples
    }


def _rows(lake: Lake, table: str, columns: list[str], shard: str) -> list[dict[str, Any]]:
    try:
        found: pa.Table = lake.read(table, columns, shard)
    except ResultMissingError:
        return []
    return found.to_pylist()
