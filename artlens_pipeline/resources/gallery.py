"""The gallery: the FiftyOne dataset and App of a home.

Belongs here: publishing the wide table (`publish`) and opening the App (`launch`). The connection,
documents, brain runs, views and settings have modules of their own beside this one. FiftyOne is
imported inside functions only: it takes seconds.
"""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.resources.gallery_database import MongodStatus, connect, mongod_status
from artlens_pipeline.resources.gallery_descriptions import publish_descriptions
from artlens_pipeline.resources.gallery_documents import many_objects, recount
from artlens_pipeline.resources.gallery_fields import LABELS, field_columns
from artlens_pipeline.resources.gallery_mongod import GalleryUnavailable, reaching
from artlens_pipeline.resources.gallery_runs import CLIP_SIM, MAPS, publish_map
from artlens_pipeline.resources.gallery_samples import differing, note, record, sync_samples
from artlens_pipeline.resources.gallery_settings import publish_settings, untouched_settings
from artlens_pipeline.resources.gallery_similarity import (
    Similarity,
    holds_what_was_published,
    publish_similarity,
)
from artlens_pipeline.resources.gallery_views import IN_SOURCE, WORKSPACE, publish_views
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.vector_backends import OWN, require
from artlens_pipeline.servers.fiftyone_server import guard_server, require_free

__all__ = [
    "Deviations",
    "GalleryUnavailable",
    "MongodStatus",
    "connect",
    "contents",
    "deviations",
    "launch",
    "mongod_status",
    "publish",
    "published",
]


@dataclass(frozen=True)
class Deviations:
    """sample_ids that the dataset lacks, that it shows beyond the works, and of other values."""

    absent: set[str]
    foreign: set[str]
    differing: set[str]


@reaching()
@many_objects()
def publish(
    dataset_name: str,
    artworks: pd.DataFrame,
    *,
    encoder: str,
    revision: str = "",
    index_uri: str | None = None,
    table_name: str | None = None,
    backend: str = OWN,
    fingerprint: str = "",
) -> dict[str, Any]:
    """Make the dataset say what `artworks` says, in place; returns a report of plain values.

    Args:
        dataset_name: made persistent where it is new.
        artworks: one row a sample: `sample_id` (24 hex digits), `filepath`, and what else there
            is (any may be missing or null): `width`, `height`, `thumbnail_path`, labels, scores,
            `*_cluster`, the columns of `MAPS`, `near_duplicate_group`, `quality_issues`.
        encoder: name or folder that `load_encoder` knows; embeds the App's text queries.
        revision: of the encoder, where it is a commit of the Hub.
        index_uri: absolute path or URL of the LanceDB database; None for no `clip_sim`.
        table_name: its table with the columns id, sample_id, vector; shared, never written.
        backend: what serves `clip_sim`: `OWN`, or one of `vector_backends.BACKENDS`.
        fingerprint: of what is published; noted at the end, for `published`.

    Raises:
        GalleryUnavailable: see `connect`; also for a dataset of that name which ArtLens did not
            make, and would not overwrite.
        ArtLensError: where the vector database that was chosen does not answer.
        ValueError: for sample ids that are not unique.
    """
    connect({})
    require(backend)
    if artworks["sample_id"].duplicated().any():
        raise ValueError("artworks holds a sample_id twice")
    dataset = _dataset(dataset_name)
    untouched = untouched_settings(dataset) | set(record(dataset).get("pending", ()))
    note(dataset, pending=sorted(untouched))
    columns, left_out = field_columns(artworks)
    changes = sync_samples(dataset, artworks, columns)
    index = VectorIndex(index_uri, table_name) if index_uri and table_name else None
    wanted = Similarity(encoder, encoder_info(encoder, revision).revision, index, backend)
    similarity = publish_similarity(dataset, wanted)
    runs = {
        CLIP_SIM: index is not None,
        **{key: publish_map(dataset, artworks, key) for key in MAPS},
    }
    _index(dataset)
    views = publish_views(dataset)
    publish_settings(dataset, untouched)
    publish_descriptions(dataset, encoder)
    note(dataset, fingerprint=fingerprint)
    return {
        "dataset": dataset_name,
        "samples": len(dataset),
        **asdict(changes),
        "left_out_columns": left_out,
        "brain_runs": [name for name, there in runs.items() if there],
        "views": views,
        "workspace": WORKSPACE,
        **similarity,
    }


@reaching()
def published(dataset_name: str, backend: str = OWN) -> tuple[str, int]:
    """The fingerprint last published and the works in the dataset now; "", 0 without one.

    "" too where the vector database `backend` does not hold what it was given; ArtLensError where
    it does not answer.
    """
    fo = connect({})
    require(backend)
    if not fo.dataset_exists(dataset_name):
        return "", 0
    dataset = fo.load_dataset(dataset_name, reload=True)
    works = len(dataset.match({IN_SOURCE: True}))
    whole = holds_what_was_published(dataset, backend)
    return record(dataset).get("fingerprint", "") if whole else "", works


@reaching()
def contents(dataset_name: str) -> dict[str, tuple[int, list[str]]]:
    """What is to be found in the dataset: how many of each kind, and their names."""
    dataset = connect({}).load_dataset(dataset_name)
    named = {
        "brain runs": dataset.list_brain_runs(),
        "saved views": dataset.list_saved_views(),
        "workspaces": dataset.list_workspaces(),
    }
    return {
        "samples": (len(dataset), [dataset_name]),
        "fields": (len(dataset.get_field_schema()), []),
        **{kind: (len(names), names) for kind, names in named.items()},
    }


@reaching()
def deviations(dataset_name: str, artworks: pd.DataFrame, sample: int, seed: int) -> Deviations:
    """Where the dataset does not say what `artworks` says; values are compared of `sample` works.

    Works that are gone from the source are in the dataset and nowhere else; they do not count.
    """
    fo, wanted = connect({}), set(artworks["sample_id"])
    if not fo.dataset_exists(dataset_name):
        return Deviations(wanted, set(), set())
    dataset = fo.load_dataset(dataset_name, reload=True)
    shown = set(dataset.match({IN_SOURCE: True}).values("id"))
    drawn = artworks.sample(min(sample, len(artworks)), random_state=seed)
    columns, _ = field_columns(drawn)
    return Deviations(wanted - shown, shown - wanted, set(differing(dataset, drawn, columns)))


def launch(
    dataset_name: str,
    *,
    port: int = 5151,
    address: str = "127.0.0.1",
    open_browser: bool = True,
) -> Any:
    """Open the App on the gallery's workspace and return FiftyOne's session (`.wait()` blocks).

    Works that are gone from the source stay in the dataset but out of the first view. Anyone who
    reaches `address` can read and change the dataset, and read every file that this user can:
    FiftyOne has no log-in. Pages of other sites are kept out (`servers`).

    Raises:
        GalleryUnavailable: see `connect`; also when nothing was published under that name.
        ArtLensError: where another program listens there.
    """
    require_free(address, port)
    fo = connect({})
    guard_server()
    if not fo.dataset_exists(dataset_name):
        raise GalleryUnavailable(
            f"there is no dataset {dataset_name!r} yet; run `artlens run FOLDER` first"
        )
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
        recount(dataset)
        if len(dataset) and not record(dataset):
            raise GalleryUnavailable(
                f"the dataset {name!r} was not made by ArtLens and stays as it is; "
                "choose another dataset name"
            )
    dataset.persistent = True
    dataset.media_type = "image"
    note(dataset, fingerprint="")  # until all of it is published again
    return dataset


def _index(dataset: Any) -> None:
    """Database indexes for what the sidebar filters and the views sort by."""
    own = ("uniqueness", "near_duplicate_group", "quality_issues", IN_SOURCE)
    for path in (*own, *(f"{f}.label" for f in LABELS)):
        if dataset.has_field(path):
            dataset.create_index(path)
