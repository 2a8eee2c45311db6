"""Out of the gallery: the works of a saved view, and copies of works in FiftyOne's own format.

Belongs here: what only FiftyOne can say or write. Does not belong here: other formats (`export/`).
"""

from pathlib import Path
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.gallery_database import GalleryUnavailable, connect
from artlens_pipeline.resources.gallery_settings import THUMBNAIL


def ids_of_view(dataset_name: str, view_name: str) -> list[str]:
    """The sample_ids of a saved view in its order, group after group where it groups.

    ArtLensError names the views that there are.
    """
    dataset = _dataset(dataset_name)
    if view_name not in dataset.list_saved_views():
        known = ", ".join(dataset.list_saved_views()) or "none"
        raise ArtLensError(f"there is no saved view {view_name!r}; there is: {known}")
    view = dataset.load_saved_view(view_name)
    if view._is_dynamic_groups:
        return [sample_id for group in view.iter_dynamic_groups() for sample_id in _ids(group)]
    return list(dict.fromkeys(_ids(view)))


def export_samples(dataset_name: str, ids: list[str], folder: Path) -> list[str]:
    """Write these works, all their fields, image and thumbnail as a `FiftyOneDataset`.

    Returns the ids left out: not in the dataset, or without image or thumbnail file.
    """
    import fiftyone as fo

    dataset = _dataset(dataset_name)
    there = _whole(dataset, ids)
    view = dataset.select([i for i in ids if i in there], ordered=True)
    view.export(export_dir=str(folder), dataset_type=fo.types.FiftyOneDataset, progress=False)
    return [i for i in ids if i not in there]


def _dataset(name: str) -> Any:
    fo = connect({})
    if not fo.dataset_exists(name):
        raise GalleryUnavailable(
            f"there is no dataset {name!r} yet; run `artlens run FOLDER` first"
        )
    return fo.load_dataset(name)


def _ids(view: Any) -> list[str]:
    """Of the samples, also where the view shows patches of them."""
    return list(view.values("sample_id" if view._is_generated else "id"))


def _whole(dataset: Any, ids: list[str]) -> set[str]:
    """Those of the ids whose files are all there; FiftyOne's export ends at one that is not."""
    paths = [name for name in ("filepath", THUMBNAIL) if dataset.has_field(name)]
    rows = zip(*dataset.select(ids).values(["id", *paths]), strict=True)
    return {i for i, *files in rows if all(file is None or Path(file).is_file() for file in files)}
