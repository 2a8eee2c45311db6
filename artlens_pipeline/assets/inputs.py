"""What the fan-in assets read from the lake, as the arrays and frames that `analysis` takes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from artlens_pipeline.analysis.neighbors import NeighborGraph
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.vectors import as_matrix, row_hashes


@dataclass(frozen=True)
class Embeddings:
    """Unit vectors float32 [n, d] with the sample_id and content hash of each row."""

    ids: pa.Array
    content_hashes: pa.Array
    vectors: npt.NDArray[np.float32]

    @cached_property
    def hashes(self) -> pa.Array:
        """Of each vector's bytes, by which one that changed is known."""
        return row_hashes(self.vectors)


def read_embeddings(lake: Lake) -> Embeddings:
    """All embeddings of the home's encoder, in the order of shards and works."""
    data = lake.read("clip_embeddings", ["sample_id", "content_hash", "revision", "embedding"])
    if len(data["revision"].unique()) > 1:
        raise ArtLensError(
            "some shards of clip_embeddings are of another revision of the encoder; "
            "materialize clip_embeddings for all shards first"
        )
    return Embeddings(
        data["sample_id"].combine_chunks(),
        data["content_hash"].combine_chunks(),
        as_matrix(data["embedding"]),
    )


def read_graph(lake: Lake, of: Embeddings | None = None) -> tuple[pa.Array, NeighborGraph]:
    """sample_ids and the neighbour graph over them; ArtLensError if it is not that of `of`."""
    data = lake.read("neighbor_graph")
    ids = data["sample_id"].combine_chunks()
    made = lake.provenance("neighbor_graph")
    older = made and made.upstream["clip_embeddings"] != lake.version("clip_embeddings")
    if of is not None and (older or not ids.equals(of.ids)):
        raise ArtLensError("neighbor_graph is older than clip_embeddings; materialize it first")
    return ids, as_graph(data)


def as_graph(table: pa.Table) -> NeighborGraph:
    """The graph that the columns of a table hold."""
    return NeighborGraph(as_matrix(table["neighbors"]), as_matrix(table["similarities"]))


def read_edges(lake: Lake) -> pa.Table:
    """The graph as SQL likes it: sample_id, rank (1 is nearest), neighbor_id, similarity."""
    ids, graph = read_graph(lake)
    n, k = graph.indices.shape
    return pa.table(
        {
            "sample_id": ids.take(pa.array(np.repeat(np.arange(n), k))),
            "rank": pa.array(np.tile(np.arange(1, k + 1, dtype=np.int32), n)),
            "neighbor_id": ids.take(pa.array(graph.indices.ravel())),
            "similarity": pa.array(graph.similarities.ravel()),
        }
    )


def read_frame(lake: Lake, table: str, columns: list[str]) -> pd.DataFrame:
    """Columns of a table as a frame."""
    return lake.read(table, columns).to_pandas()
