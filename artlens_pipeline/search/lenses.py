"""What works are compared by: from a query to how similar each work is to it.

Belongs here: the vectors. Does not belong here: which works are shown (`finding`, `filters`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.analysis.color_names import colors_in
from artlens_pipeline.analysis.palette import palette, palette_of, scaled
from artlens_pipeline.encoders import encoder_info, load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.held_vectors import held
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.search.query import Query, picture
from artlens_pipeline.vectors import as_matrix

Vector = npt.NDArray[np.float32]


class Lens(ABC):
    """A way to compare works: `ids`, their sample_ids, and `vectors`, their unit vectors [n, d]."""

    ids: pa.ChunkedArray
    vectors: Vector

    @abstractmethod
    def vector(self, query: Query) -> Vector:
        """The query's vector [d]; ArtLensError where it has none."""

    def similarities(self, vector: Vector, most: int | None = None) -> pa.Table:
        """Every work's sample_id and its `similarity` to a vector: the dot product of both.

        `most`: so many of the most similar will do. Like works have like similarities, to the bit.
        """
        found = np.vecdot(self.vectors, vector)  # a matrix product may sum each row in its own way
        if most is None or most >= len(found):
            return pa.table({"sample_id": self.ids, "similarity": found})
        best = np.argpartition(-found, most)[:most]
        return pa.table({"sample_id": self.ids.take(pa.array(best)), "similarity": found[best]})

    def _of_work(self, sample_id: str | None, missing: str) -> Vector:
        place = pc.index(self.ids, pa.scalar(sample_id)).as_py()
        if place < 0:
            raise ArtLensError(f"{sample_id} has no {missing}")
        return self.vectors[place]


class Look(Lens):
    """By the encoder's vectors, in the index that the FiftyOne App queries too; a cosine."""

    def __init__(self, lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
        VectorIndex(lake.index_uri).require()
        (row,) = _published(connection, "similarity_index", "*").to_pylist()
        _check_revision(lake, row["revision"])
        self._lake = lake
        self.ids, self.vectors = held(VectorIndex(lake.index_uri, version=row.get("version")))

    def vector(self, query: Query) -> Vector:
        """Of a text or an image as the encoder sees it."""
        if query.like is not None:
            return self._of_work(query.like, "embedding; the next `artlens run` tries again")
        encoder = load_encoder(self._lake.encoder, self._lake.revision)
        if query.image is None:
            return encoder.embed_texts([query.text or ""])[0]
        pixels = encoder.preprocessing(picture(query.image))
        found = encoder.embed_images(pixels[np.newaxis])[0]
        if not np.isfinite(found).all():
            raise ArtLensError(f"{encoder.info.id} gives no unit vector of {query.image}")
        return found


class Colors(Lens):
    """By the palettes of `color_palettes`, of the works that have one: Bhattacharyya coefficients.

    From 0 to 1.
    """

    def __init__(self, lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
        published = _published(connection, "color_palettes", "sample_id, palette")
        matrix = as_matrix(published["palette"])
        having = matrix.any(axis=1)
        self.ids, self.vectors = published["sample_id"].filter(pa.array(having)), matrix[having]

    def vector(self, query: Query) -> Vector:
        """Of an image's colours, or of those that a text names."""
        if query.text is not None:
            return palette_of(colors_in(query.text))
        if query.image is not None:
            return palette(scaled(picture(query.image))).vector
        return self._of_work(query.like, "palette, for its thumbnail is gone")


LENSES: dict[str, Callable[[Lake, duckdb.DuckDBPyConnection], Lens]] = {
    "look": Look,
    "palette": Colors,
}
"""By the name that `--by` takes; called with a connection to the warehouse."""


def _published(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> pa.Table:
    """Of the warehouse, not of the lake, where a run may be at work; the names are our own."""
    try:
        return connection.sql(f"SELECT {columns} FROM {table}").to_arrow_table()  # noqa: S608
    except duckdb.CatalogException as error:
        raise ResultMissingError(f"no {table} is published yet; run `artlens run` first") from error


def _check_revision(lake: Lake, made_by: str) -> None:
    """Vectors of two revisions of an encoder do not compare."""
    found = encoder_info(lake.encoder, lake.revision).revision
    if made_by != found:
        raise ArtLensError(
            f"the index was made by revision {made_by} of {lake.encoder}, which is "
            f"{found} here; run `artlens run --encoder {lake.encoder}` to make it anew"
        )
