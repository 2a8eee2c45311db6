"""Bring a FiftyOne dataset's documents in line with `artworks`, in place.

Belongs here: the documents and their schema. Only what differs is written, so labels keep their
ids and a person's tags on them, and an unchanged collection writes nothing. Fields that ArtLens did
not make are never touched. Does not belong here: brain runs, views, the App's settings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from artlens_pipeline.resources.gallery_documents import write
from artlens_pipeline.resources.gallery_fields import FieldColumn

RECORD = "artlens"
IN_SOURCE = "in_source"


@dataclass
class Changes:
    """What a publish did to the documents; `gone` counts the works newly marked."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    kept_fields: list[str] = field(default_factory=list)


def record(dataset: Any) -> dict[str, Any]:
    """What ArtLens noted on the dataset: the fields, views and settings that it made itself."""
    return dict(dataset.info.get(RECORD) or {})


def note(dataset: Any, **entries: Any) -> None:
    """Add to the record; saved at once, so that a kill leaves no field without an owner."""
    dataset.info[RECORD] = {**record(dataset), **entries}
    dataset.save()


def sync_samples(dataset: Any, artworks: pd.DataFrame, columns: list[FieldColumn]) -> Changes:
    """Add new works, write changed values, mark works that are gone (`in_source` False).

    Fields of an earlier publish whose column is no longer there are deleted; a field of the same
    name that a person made is left as it is and named in `kept_fields`.
    """
    changes = Changes()
    columns = _declare(dataset, columns, changes)
    collection = dataset._sample_collection
    wanted = ["filepath", "metadata", IN_SOURCE, *(c.name for c in columns)]
    stored = {str(d["_id"]): d for d in collection.find({}, dict.fromkeys(wanted, True))}
    ids = artworks["sample_id"].tolist()
    fresh = [row for row, i in enumerate(ids) if i not in stored]
    _insert(dataset, artworks.iloc[fresh])
    updates = {}
    for sample_id, document in _documents(artworks, columns):
        update = _difference(stored.get(sample_id, {}), document)
        if update:
            updates[sample_id] = update
    gone = set(stored) - set(ids)
    lost = {i: {IN_SOURCE: False} for i in gone if stored[i].get(IN_SOURCE) is not False}
    write(dataset, {**updates, **lost})
    changes.added, changes.gone = len(fresh), len(lost)
    changes.updated = len(updates.keys() & stored.keys())
    changes.unchanged = len(ids) - changes.added - changes.updated
    return changes


def differing(dataset: Any, artworks: pd.DataFrame, columns: list[FieldColumn]) -> list[str]:
    """The works of `artworks` whose documents a publish of just these values would change."""
    import bson

    kept = set(record(dataset).get("fields", []))
    columns = [column for column in columns if column.name in kept]
    ids = [bson.ObjectId(sample_id) for sample_id in artworks["sample_id"]]
    found = dataset._sample_collection.find({"_id": {"$in": ids}})
    stored = {str(document["_id"]): document for document in found}
    documents = _documents(artworks, columns)
    return [key for key, document in documents if _difference(stored.get(key, {}), document)]


def _declare(dataset: Any, columns: list[FieldColumn], changes: Changes) -> list[FieldColumn]:
    import fiftyone as fo

    owned = set(record(dataset).get("fields", []))
    schema = dataset.get_field_schema()
    changes.kept_fields = [c.name for c in columns if c.name in schema and c.name not in owned]
    columns = [c for c in columns if c.name not in changes.kept_fields]
    wanted = {c.name: c.kind for c in columns}
    types = {
        "label": (fo.EmbeddedDocumentField, fo.Classification),
        "float": (fo.FloatField, None),
        "int": (fo.IntField, None),
        "bool": (fo.BooleanField, None),
        "text": (fo.StringField, None),
        "texts": (fo.ListField, None),
    }
    for name in sorted(owned & set(schema)):
        if name not in wanted or not isinstance(schema[name], types[wanted[name]][0]):
            dataset.delete_sample_field(name)
    note(dataset, fields=sorted(wanted))
    for name, kind in {**wanted, IN_SOURCE: "bool"}.items():
        field_type, document_type = types[kind]
        further = {"embedded_doc_type": document_type} if document_type else {}
        further |= {"subfield": fo.StringField} if kind == "texts" else {}
        dataset.add_sample_field(name, field_type, **further)
    return columns


def _insert(dataset: Any, rows: pd.DataFrame) -> None:
    """Bare documents under our own ids: `add_samples` would drop the ids and assign others."""
    import bson
    import fiftyone as fo

    pairs = zip(rows["sample_id"], rows["filepath"], strict=True)
    # The type is given, since by its name FiftyOne would not take every file for an image.
    samples = (
        fo.Sample(filepath=str(path), media_type="image", id=bson.ObjectId(sample_id))
        for sample_id, path in pairs
    )
    if len(rows):
        dataset._upsert_samples(samples, validate=False, progress=False, num_samples=len(rows))


def _documents(
    artworks: pd.DataFrame, columns: list[FieldColumn]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each work's id and the values that its document should hold, in MongoDB's shape."""
    sizes = _sizes(artworks)
    for row, (sample_id, path) in enumerate(
        zip(artworks["sample_id"], artworks["filepath"], strict=True)
    ):
        document: dict[str, Any] = {IN_SOURCE: True, "filepath": str(path), "metadata": sizes[row]}
        for column in columns:
            value = column.values[row]
            if column.kind == "label" and value is not None:
                value = {"_cls": "Classification", "tags": [], "label": value}
                if column.confidence:
                    value["confidence"] = column.confidence[row]
            document[column.name] = value
        yield sample_id, document


def _sizes(artworks: pd.DataFrame) -> list[dict[str, Any] | None]:
    if not {"width", "height"} <= set(artworks.columns):
        return [None] * len(artworks)
    return [_size(w, h) for w, h in zip(artworks["width"], artworks["height"], strict=True)]


def _size(width: Any, height: Any) -> dict[str, Any] | None:
    if pd.isna(width) or pd.isna(height):
        return None
    return {"_cls": "ImageMetadata", "width": int(width), "height": int(height)}


def _difference(stored: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The entries of `document` that `stored` does not already say."""
    import bson

    differing = [(k, v) for k, v in document.items() if stored.get(k) != v]
    changed = {k: v for k, v in differing if not _says(stored.get(k), v)}
    for name, value in changed.items():
        if isinstance(value, dict) and value["_cls"] == "Classification":
            old = stored.get(name)
            if isinstance(old, dict) and old.get("label") == value["label"]:
                # The same label, surer or less: its id, tags and a person's attributes stay.
                changed[name] = {**old, **{k: v for k, v in value.items() if k != "tags"}}
            else:
                value["_id"] = bson.ObjectId()
    return changed


def _says(stored: Any, value: Any) -> bool:
    """Whether what is not equal differs in its tags and in what we do not say alone."""
    if not isinstance(value, dict) or not isinstance(stored, dict):
        return False
    return all(stored.get(k) == v for k, v in value.items() if k != "tags")
