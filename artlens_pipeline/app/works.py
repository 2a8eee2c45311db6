"""The works that an operator is asked to look at: their embeddings, map points and fields.

Belongs here: reading and writing a dataset for the operators. Does not belong here: what is
computed (`analysis`), and what a publish writes (`resources.gallery_samples`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.gallery_fields import RESERVED, STRUCTURAL
from artlens_pipeline.resources.gallery_runs import CLIP_SIM, MAPS
from artlens_pipeline.resources.gallery_samples import record

MAP = next(iter(MAPS))
OURS = "artlens/"
"""What the method of every run begins with that an operator has stored."""


@dataclass(frozen=True)
class Placed:
    """Works, and a row for each: float32 [n, d]."""

    ids: list[str]
    rows: np.ndarray


def each(works: Any) -> Any:
    """The works of a dataset or view one by one, with all of their fields.

    Also where a view shows a tile for a group, or not every field.
    """
    found = works.flatten() if works._is_dynamic_groups else works
    dataset = works._dataset
    if dataset.get_field_schema().keys() == found.get_field_schema().keys():
        return found
    return dataset.select(found.values("id"), ordered=True)


def embeddings(works: Any) -> Placed:
    """The stored embeddings of a dataset or view, unit rows; works without one are left out.

    ArtLensError where there is none.
    """
    dataset = works._dataset
    require_embeddings(dataset)
    try:
        index = dataset.load_brain_results(CLIP_SIM)
        once = list(dict.fromkeys(works.values("id")))
        vectors, found, _ = index.get_embeddings(once)
    except ValueError as error:  # the lake's table is not there
        raise ArtLensError(str(error)) from error
    if not len(found):
        raise ArtLensError("none of these works has an embedding")
    return Placed(list(found), np.ascontiguousarray(vectors, dtype=np.float32))


def require_embeddings(dataset: Any) -> None:
    """ArtLensError where the dataset has no embeddings."""
    if CLIP_SIM not in dataset.list_brain_runs() or not dataset.load_brain_results(CLIP_SIM):
        raise ArtLensError(
            "this dataset has no embeddings; materialize similarity_index and fiftyone_dataset"
        )


def map_points(works: Any) -> Placed:
    """The places on the map of a dataset or view; works without one are left out.

    ArtLensError where there is none.
    """
    dataset = works._dataset
    if not dataset.has_field(MAP):
        raise ArtLensError(
            "this dataset has no map; materialize umap_projection and fiftyone_dataset"
        )
    pairs = zip(*works.values(["id", MAP]), strict=True)
    placed = {key: point for key, point in pairs if point is not None}
    if not placed:
        raise ArtLensError("none of these works is on the map")
    return Placed(list(placed), np.array(list(placed.values()), dtype=np.float32))


def check_field(dataset: Any, name: Any, declared: dict[str, Any]) -> str:
    """The name of a field to write, new or of an earlier such run; ArtLensError says what is amiss.

    `declared`: what it holds, as arguments of `add_sample_field`.
    """
    name = str(name or "").strip()
    if not name.isidentifier() or name.startswith("_"):
        raise ArtLensError(
            f"{name!r} cannot be a field; take letters, digits and _, a letter first"
        )
    if name in {*record(dataset).get("fields", ()), *dataset.list_brain_runs()}:
        raise ArtLensError(f"{name} is published by ArtLens; choose another name")
    if name in RESERVED | STRUCTURAL:
        raise ArtLensError(f"{name} has a meaning already; choose another name")
    field = dataset.get_field(name)
    if (field or name in dataset.list_runs()) and name not in _made(dataset):
        raise ArtLensError(f"{name} is yours, and would be overwritten; choose another name")
    if field and not _holds(field, declared):
        raise ArtLensError(f"{name} holds something else; choose another name")
    return name


def _made(dataset: Any) -> set[str]:
    """The fields that operators wrote."""
    configs = {key: dataset.get_run_info(key).config for key in dataset.list_runs()}
    ours = {k: c for k, c in configs.items() if str(c.method).startswith(OURS)}
    return {name for key, config in ours.items() for name in getattr(config, "fields", [key])}


def _holds(field: Any, declared: dict[str, Any]) -> bool:
    wanted = (declared.get("embedded_doc_type"), declared.get("subfield") or type(None))
    found = (getattr(field, "document_type", None), type(getattr(field, "field", None)))
    return type(field) is declared["ftype"] and found == wanted


def write_field(dataset: Any, name: str, field: Any, ids: Sequence[str], values: Sequence) -> None:
    """Write a value for each id and clear the field of all other works.

    `field`: declares it where it is new: arguments of `add_sample_field`. To be called after
    `note_run`, so that a kill between them leaves no field that is nobody's.
    """
    if dataset.has_field(name):
        dataset.clear_sample_field(name)
    else:
        dataset.add_sample_field(name, **field)
    dataset.set_values(name, dict(zip(ids, values, strict=True)), key_field="id")


def note_run(dataset: Any, key: str, method: str, said: dict[str, Any]) -> None:
    """Store what makes a field as a FiftyOne run: `dataset.get_run_info(key).config`.

    `key`: the field, unless `said` names them as `fields`.
    """
    config = dataset.init_run(method=f"{OURS}{method}", **said)
    if key in dataset.list_runs():
        dataset.delete_run(key)
    dataset.register_run(key, config)


def plain(values: Iterable[Any]) -> list[Any]:
    """Python's own scalars, None for what is not a number."""
    found = (value.item() if isinstance(value, np.generic) else value for value in values)
    return [None if isinstance(v, float) and not np.isfinite(v) else v for v in found]
