"""FiftyOne's way to the operators and panels of ArtLens."""

from typing import Any

from artlens_pipeline.app.registered import REGISTERED


def register(plugin: Any) -> None:
    """Called by FiftyOne, which leaves out what `fiftyone.yml` does not name."""
    for item in REGISTERED:
        plugin.register(item)
