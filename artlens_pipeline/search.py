"""Search by a line of text or by an image, over the same index that the FiftyOne App queries."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from artlens_pipeline.encoders import Encoder, encoder_info, load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.sources.decoding import Undecodable, decode

COLUMNS = ("sample_id", "similarity", "title", "artist", "style", "genre", "filepath")


def search(home: Home, query: str | Path, k: int) -> list[dict[str, Any]]:
    """The k works nearest to a text or an image file, as objects with the keys `COLUMNS`.

    `similarity` is the cosine in the encoder's space, -1 to 1. Raises ArtLensError when there is
    nothing to search in, or the image cannot be read.
    """
    lake = open_lake(home)
    with Warehouse(home.warehouse).read() as connection:
        index = VectorIndex(lake.index_uri)
        index.require()
        _check_revision(lake)
        found = index.search(_vector(load_encoder(lake.encoder, lake.revision), query), k)
        rows = connection.execute(
            f"SELECT {', '.join(COLUMNS)} "  # noqa: S608  # our own names
            "FROM (SELECT unnest(?::VARCHAR[]) AS sample_id, unnest(?::DOUBLE[]) AS similarity) "
            f"JOIN {WIDE} USING (sample_id) ORDER BY similarity DESC, sample_id",
            [[work for work, _ in found], [similarity for _, similarity in found]],
        ).fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _check_revision(lake: Lake) -> None:
    """Vectors of two revisions of an encoder do not compare."""
    (row,) = lake.read("similarity_index", ["revision"]).to_pylist()
    found = encoder_info(lake.encoder, lake.revision).revision
    if row["revision"] != found:
        raise ArtLensError(
            f"the index was made by revision {row['revision']} of {lake.encoder}, which is "
            f"{found} here; run `artlens run --encoder {lake.encoder}` to make it anew"
        )


def _vector(encoder: Encoder, query: str | Path) -> npt.NDArray[np.float32]:
    if isinstance(query, str):
        return encoder.embed_texts([query])[0]
    try:
        image = decode(query).image
    except Undecodable as error:
        raise ArtLensError(f"{query} cannot be read as an image: {error.reason}") from error
    return encoder.embed_images(encoder.preprocessing(image)[np.newaxis])[0]
