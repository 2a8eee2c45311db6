"""The index's vectors for a process that searches over and over: read once for each version.

Reading them takes longer than comparing a query with all. Belongs here: which are held. Does not
belong here: how they are stored (`index`), and what they are compared with.
"""

from datetime import datetime
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.vectors import as_matrix

Held = tuple[pa.ChunkedArray, npt.NDArray[np.float32]]
_lock = Lock()
_read: dict[tuple[str, str], tuple[tuple[int, datetime | None], Held]] = {}


def held(index: VectorIndex) -> Held:
    """The sample_ids and vectors [n, d] of an index, not to be changed.

    Those of one version are held for each table, until another's are asked for. Raises what
    `VectorIndex.contents` raises.
    """
    with _lock:
        place = index.uri, index.table_name
        made, known = index.made(), _read.get(place)
        if known and known[0] == made:
            return known[1]
        _read.pop(place, None)  # before the others come: both may not fit
        contents = index.contents()
        found = contents["id"], as_matrix(contents["vector"])
        _read[place] = made, found
        return found
