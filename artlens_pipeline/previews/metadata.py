"""Previews as metadata of an asset's materialization. All of Dagster that previews need."""

from collections.abc import Callable

import dagster as dg

from artlens_pipeline.previews.parts import MOST_BYTES, Picture, Preview, Shown, within


def show(
    context: dg.AssetExecutionContext,
    make: Callable[[], Shown],
    asset: str | None = None,
    shard: str | None = None,
    most: int = MOST_BYTES,
) -> None:
    """Attach what there is to be seen, of at most so many bytes; an asset never fails for that.

    Unlike the metadata of a result, the step's output does not repeat it.
    """
    subject = "/".join(filter(None, (asset or context.asset_key.to_user_string(), shard)))
    try:
        made = {name: preview for name, preview in make().items() if preview}
        kept = within(made, min(most, MOST_BYTES))
        metadata = {name: as_metadata(preview) for name, preview in kept.items()}
        context.add_asset_metadata(metadata, asset_key=asset, partition_key=shard)
        if left := made.keys() - kept.keys():
            context.log.info(f"empty or too large to be shown of {subject}: {', '.join(left)}")
    except Exception:
        context.log.warning(f"no preview of {subject}", exc_info=True)


def as_metadata(preview: Preview) -> dg.MetadataValue:
    """A preview as Dagster shows it: a table at once, a picture at a click."""
    if isinstance(preview, Picture):
        return dg.MetadataValue.md(preview.markdown())
    return dg.MetadataValue.table([dg.TableRecord(record) for record in preview.records()])
