"""Per shard: the colours of each work."""

from collections.abc import Iterator
from functools import cached_property

import dagster as dg
import numpy as np
import pyarrow as pa

from artlens_pipeline.analysis.palette import Palette, bin_colors
from artlens_pipeline.assets.common import attributes
from artlens_pipeline.assets.derive import Facts
from artlens_pipeline.assets.per_shard import DerivedShards
from artlens_pipeline.assets.shards import PER_RUN, make_shards, order_of
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.resources.thumbnails import read_palette
from artlens_pipeline.vectors import as_column


@dg.asset(
    partitions_def=SHARDS,
    deps=["raw_samples"],
    code_version="1",
    backfill_policy=PER_RUN,
    description="The dominant colours of each work, with their shares, and a vector by which "
    "`artlens search --by palette` compares; from the thumbnails, so a work without has none.",
    **attributes("language", "parquet", "numpy", by_shard=True),
)
def color_palettes(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
    compute: ComputeResource,
) -> Iterator[dg.MaterializeResult]:
    """Look at every thumbnail of each shard."""
    yield from make_shards(context, order_of(context, PaletteShards), home, lake, source, compute)


class PaletteShards(DerivedShards):
    """Reads the colours of the works of shards."""

    def build(self, shard: str) -> tuple[pa.Table, Facts]:
        """A row for each work."""
        data = self.bench.lake.read("raw_samples", ["sample_id", "thumbnail_path"], shard)
        names = data["thumbnail_path"].to_pylist()
        ours = self._files.fetch(names)
        read = self.bench.workers.map(read_palette, [ours.get(name, "") for name in names])
        found = [result if isinstance(result, Palette) else None for _, result in read]
        return _table(data["sample_id"], found), {"without a thumbnail": found.count(None)}

    @cached_property
    def _files(self) -> ThumbnailFiles:
        return ThumbnailFiles.of(self.bench.home)


def _table(ids: pa.ChunkedArray, found: list[Palette | None]) -> pa.Table:
    """A row a work; without colours, and with zeros for a vector, where nothing was found."""
    none = Palette([], [], np.zeros(len(bin_colors()), np.float32))
    palettes = [item or none for item in found]
    vectors = np.array([item.vector for item in palettes], np.float32)
    return pa.table(
        {
            "sample_id": ids,
            "colors": pa.array([item.colors for item in palettes], pa.list_(pa.string())),
            "shares": pa.array([item.shares for item in palettes], pa.list_(pa.float64())),
            "palette": as_column(vectors.reshape(len(palettes), len(none.vector))),
        }
    )
