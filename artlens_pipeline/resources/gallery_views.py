"""The saved views and the workspace of a gallery.

Belongs here: what a person opens by name in the App. Only views that ArtLens made are made again;
what a person saved stays, also under a name that ArtLens would use. Does not belong here:
documents, brain runs, and how things look (`gallery_settings`).
"""

from collections.abc import Iterator
from typing import Any

from artlens_pipeline.resources.gallery_samples import IN_SOURCE, note, record
from artlens_pipeline.tables import DOUBTED

WORKSPACE = "artlens"
MAP_PANEL, TOOLS_PANEL = "artlens_map", "artlens_tools"
"""Of the plugin in `app`."""
LIMIT = 500
"""Works in `most_unique` and `least_unique`."""
CENTRAL_FIRST = {
    "kmeans_cluster": ("kmeans_distance", False),
    "hdbscan_cluster": ("hdbscan_probability", True),
    "caption_cluster": ("caption_distance", False),
    "birch_cluster": ("birch_distance", False),
    "agglomerative_cluster": ("agglomerative_distance", False),
}
"""Cluster field → the field that puts its most typical work first, and whether high is typical."""
DOUBTS = tuple(f"{field}_doubt" for field in DOUBTED)


def publish_views(dataset: Any) -> list[str]:
    """Save the views of a gallery and its workspace; returns the names of those now ArtLens's."""
    owned = set(record(dataset).get("views", []))
    saved = set(dataset.list_saved_views())
    mine = [(n, v, d) for n, v, d in _views(dataset) if n in owned or n not in saved]
    note(dataset, views=sorted(name for name, _, _ in mine))
    for name in owned & saved - {name for name, _, _ in mine}:
        dataset.delete_saved_view(name)
    for name, view, description in mine:
        dataset.save_view(name, view, description=description, overwrite=True)
    if record(dataset).get("workspace") or WORKSPACE not in dataset.list_workspaces():
        note(dataset, workspace=WORKSPACE)
        about = "The works, their map, their figures"
        dataset.save_workspace(WORKSPACE, _workspace(), description=about, overwrite=True)
    return [name for name, _, _ in mine]


def _views(dataset: Any) -> Iterator[tuple[str, Any, str]]:
    """Name, view and description; a view whose field is not there is left out."""
    from fiftyone import ViewField as F

    works = dataset.match(F(IN_SOURCE) == True)  # noqa: E712  (builds an expression)
    yield IN_SOURCE, works, "Works that the source holds now"
    if dataset.has_field("uniqueness"):
        scored = works.match(F("uniqueness") != None)  # noqa: E711
        unique = "Works unlike all others first"
        yield "most_unique", scored.sort_by("uniqueness", reverse=True).limit(LIMIT), unique
        alike = "Works with the closest company first"
        yield "least_unique", scored.sort_by("uniqueness").limit(LIMIT), alike
    if dataset.has_field("quality_issues"):
        amiss = works.match(F("quality_issues").length() > 0)
        yield "quality_issues", amiss, "Works with an image-quality issue"
    doubts = [name for name in DOUBTS if dataset.has_field(name)]
    if doubts:
        doubted = works.match(F.any([F(name) != None for name in doubts]))  # noqa: E711
        most = F.max([F(name) for name in doubts])
        about = "Works whose style or genre is likely wrong, most doubted first"
        yield "label_doubts", doubted.sort_by(most, reverse=True), about
    yield from _duplicates(dataset, works)
    yield from _artists(dataset, works)
    yield from _clusters(dataset, works)


def _duplicates(dataset: Any, works: Any) -> Iterator[tuple[str, Any, str]]:
    from fiftyone import ViewField as F

    group = "near_duplicate_group"
    if dataset.has_field(group):
        pairs = works.match(F(group) != None)  # noqa: E711
        yield "near_duplicates", pairs.sort_by(group), "Copies and near-copies, side by side"
        tiles = pairs.group_by(group)
        yield "near_duplicate_groups", tiles, "One tile a group of copies; open it for all"


def _artists(dataset: Any, works: Any) -> Iterator[tuple[str, Any, str]]:
    from fiftyone import ViewField as F

    if dataset.has_field("artist") and dataset.has_field("uniqueness"):
        named = works.match(F("artist.label") != None)  # noqa: E711
        groups = named.group_by("artist.label", order_by="uniqueness", reverse=True)
        # Grouping leaves the tiles in the order of their ids.
        tiles = groups.sort_by("uniqueness", reverse=True)
        yield "artists", tiles, "One tile an artist, their most unique work; open it for all"


def _clusters(dataset: Any, works: Any) -> Iterator[tuple[str, Any, str]]:
    from fiftyone import ViewField as F

    for field, (score, reverse) in CENTRAL_FIRST.items():
        if dataset.has_field(field):
            clustered = works.match(F(f"{field}.label") != None)  # noqa: E711
            if dataset.has_field(score):
                clustered = clustered.sort_by(score, reverse=reverse)
            tiles = clustered.group_by(f"{field}.label")
            yield f"{field}s", tiles, "One tile a cluster, its most typical work; open it for all"


def _workspace() -> Any:
    import fiftyone as fo

    grid = fo.Panel(type="Samples", pinned=True)
    atlas, stock = fo.Panel(type=MAP_PANEL), fo.Panel(type="Embeddings")
    tools = fo.Panel(type=TOOLS_PANEL)
    quality = fo.Panel(type="Histograms", state={"path": "brightness"})
    left = fo.Space(children=[grid], active_child=grid.component_id)
    above = fo.Space(children=[atlas, stock], active_child=atlas.component_id)
    below = fo.Space(children=[quality, tools], active_child=quality.component_id)
    right = fo.Space(children=[above, below], orientation="vertical", sizes=[0.65, 0.35])
    return fo.Space(children=[left, right], orientation="horizontal", sizes=[0.5, 0.5])
