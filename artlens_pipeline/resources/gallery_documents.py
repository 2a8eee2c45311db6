"""Writing into the documents of a FiftyOne dataset; what is written is decided elsewhere."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any


@contextmanager
def many_objects() -> Iterator[None]:
    """Millions of values come and go here, none of them in circles.

    Python's collector of circles would look at all of them, over and over: a third of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def recount(dataset: Any) -> None:
    """Let MongoDB count the documents where a killed `mongod` left it with another number.

    FiftyOne's `len` is that number; `validate` is MongoDB's own way to correct it.
    """
    collection = dataset._sample_collection
    if collection.estimated_document_count() != collection.count_documents({}):
        collection.database.command("validate", collection.name)


def write(dataset: Any, updates: dict[str, dict[str, Any]]) -> None:
    """Set values by sample_id and name.

    One `$set` a document; `set_values` makes one a field, thirty times as slow (measured).
    """
    import bson
    from pymongo import UpdateOne

    now = datetime.now(UTC)
    operations = [
        UpdateOne({"_id": bson.ObjectId(i)}, {"$set": {**values, "last_modified_at": now}})
        for i, values in updates.items()
    ]
    if operations:
        dataset._bulk_write(operations, ids=list(updates))
