"""Writing into the documents of a FiftyOne dataset; what is written is decided elsewhere."""

from datetime import UTC, datetime
from typing import Any


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
