"""Search by a line of text or by an image, over the same index that the FiftyOne App queries."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import Encoder, encoder_info, load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.sources.decoding import Undecodable, decode

COLUMNS = ("sample_id", "similarity", "title", "artist", "style", "genre", "filepath")


def search(home: Home, query: str | Path, k: int) -> list[dict[str, Any]]:
    """The k works nearest to a text or an image file, as objects with the keys `COLUMNS`.

    `similarity` is the cosine in the encoder's space, -1 to 1. Raises ArtLensError when there is
    nothing to search in, or the image cannot be read.
    """
    lake = open_lake(home)
    Collection.load(home).check_encoder(encoder_info(lake.encoder).revision)
    with Warehouse(home.warehouse).read() as connection:
        index = VectorIndex(lake.index_uri)
        index.require()
        found = index.search(_vector(load_encoder(lake.encoder), query), k)
        connection.execute("CREATE TEMP TABLE found (sample_id VARCHAR, similarity DOUBLE)")
        connection.executemany("INSERT INTO found VALUES (?, ?)", found)
        rows = connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM found "  # noqa: S608  # our own names
            f"JOIN {WIDE} USING (sample_id) ORDER BY similarity DESC, sample_id"
        ).fetchall()
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _vector(encoder: Encoder, query: str | Path) -> npt.NDArray[np.float32]:
    if isinstance(query, str):
        return encoder.embed_texts([query])[0]
    try:
        image = decode(query).image
    except Undecodable as error:
        raise ArtLensError(f"{query} cannot be read as an image: {error.reason}") from error
    return encoder.embed_images(encoder.preprocessing(image)[np.newaxis])[0]
