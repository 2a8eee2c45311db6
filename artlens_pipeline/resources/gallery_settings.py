"""How a gallery looks in the App: thumbnails, sidebar, chips on the tiles, colours.

Belongs here: the dataset's App settings. A setting that a person changed is left alone from then
on. Does not belong here: views and workspaces (`gallery_views`).
"""

from typing import Any

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.resources.gallery_runs import MAPS
from artlens_pipeline.resources.gallery_samples import IN_SOURCE, note, record

SIDEBAR = {
    "tags": ("tags", "_label_tags"),
    "work": ("title", "year", "artist", "style", "genre"),
    "words": (
        "zero_shot_style", "zero_shot_genre", "zero_shot_subject", "zero_shot_mood",
        "zero_shot_palette", "style_doubt", "genre_doubt",
        "caption", "captioner", "caption_cluster", "caption_distance",
    ),
    "atlas": (
        "uniqueness", "neighbor_distance", "near_duplicate_group",
        "representativeness",
        "kmeans_cluster", "kmeans_cluster_name", "hdbscan_cluster", "hdbscan_cluster_name",
        "hdbscan_probability", "x", "y",
    ),
    "compare": (
        "uniqueness_notebook", "uniqueness_fiftyone",
        "birch_cluster", "birch_distance", "agglomerative_cluster", "agglomerative_distance",
        "pca_x", "pca_y", "tsne_x", "tsne_y",
    ),
    "image quality": ("quality_issues", "colors", *METRICS),
    "more": (),
    "metadata": (
        "id", "filepath", "thumbnail_path", "source_key", "content_hash", IN_SOURCE,
        "created_at", "last_modified_at",
        "metadata.size_bytes", "metadata.mime_type", "metadata.width", "metadata.height",
        "metadata.num_channels", *MAPS,
    ),
}  # fmt: skip
"""Group → paths; a field named nowhere falls under "more"."""
UNLISTED = frozenset({"metadata", "tags"})
CHIPS = ("style",)
"""Labels written on the tiles at first sight; the sidebar's boxes switch the others on."""
THUMBNAIL = "thumbnail_path"
PALETTE = (
    "#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#b79a20", "#b279a2", "#d67195",
    "#9d755d", "#7f7f7f", "#1f9e89", "#6b6ecf", "#8ca252", "#bd5e5e", "#7b4173", "#3182bd",
)  # fmt: skip
COLOURED = (
    "style", "genre",
    "kmeans_cluster", "hdbscan_cluster", "caption_cluster",
    "birch_cluster", "agglomerative_cluster",
)  # fmt: skip
NOISE_COLOUR = "#9e9e9e"


def untouched_settings(dataset: Any) -> set[str]:
    """The settings that are still as ArtLens last left them, or that it never made.

    To be asked before a publish deletes any field, since FiftyOne then edits the sidebar itself.
    """
    noted = record(dataset).get("settings", {})
    names = ("grid_media_field", "sidebar_groups", "active_fields", "color_scheme")
    config = dataset.app_config
    return {n for n in names if n not in noted or _plain(getattr(config, n)) == noted[n]}


def publish_settings(dataset: Any, untouched: set[str]) -> None:
    """Make those settings anew that `untouched` names; they are pending on record until then."""
    import fiftyone as fo

    config = dataset.app_config
    thumbnails = dataset.has_field(THUMBNAIL)
    if thumbnails:
        config.media_fields = sorted({*config.media_fields, THUMBNAIL})
        config.media_fallback = True
    chips = [path for path in CHIPS if dataset.has_field(path)]
    wanted = {
        "grid_media_field": THUMBNAIL if thumbnails else "filepath",
        "sidebar_groups": _sidebar(dataset),
        "active_fields": fo.ActiveFields(exclude=False, paths=chips),
        "color_scheme": _colours(dataset),
    }
    for name in untouched:
        setattr(config, name, wanted[name])
    dataset.save()
    noted = record(dataset).get("settings", {})
    settings = {**noted, **{n: _plain(getattr(config, n)) for n in untouched}}
    note(dataset, settings=settings, pending=[])


def _sidebar(dataset: Any) -> list[Any]:
    import fiftyone as fo

    schema = set(dataset.get_field_schema())
    named = {path for paths in SIDEBAR.values() for path in paths}
    more = sorted(schema - named - UNLISTED)
    groups = []
    for name, paths in SIDEBAR.items():
        kept = [p for p in paths if p.split(".")[0] in schema or p == "_label_tags"]
        kept = more if name == "more" else kept
        if kept:
            group = fo.SidebarGroupDocument(name=name, paths=kept, expanded=name != "metadata")
            groups.append(group)
    return groups


def _colours(dataset: Any) -> Any:
    import fiftyone as fo

    fields = []
    for path in COLOURED:
        if dataset.has_field(path):
            labels = sorted(dataset.distinct(f"{path}.label"))
            colours = [
                {"value": v, "color": PALETTE[i % len(PALETTE)] if v != "noise" else NOISE_COLOUR}
                for i, v in enumerate(labels)
            ]
            fields.append({"path": path, "colorByAttribute": "label", "valueColors": colours})
    return fo.ColorScheme(color_by="value", color_pool=list(PALETTE), fields=fields)


def _plain(value: Any) -> Any:
    """A setting as lists, dicts and scalars, without the ids that MongoDB gives."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in ("id", "_id")}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return _plain(value.to_dict()) if hasattr(value, "to_dict") else value
