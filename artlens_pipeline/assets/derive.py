"""How a table over all shards is made: skipped when it stands, else built and written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import pyarrow as pa

from artlens_pipeline.assets.common import provenance, table_metadata
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake, ResultMissingError

Metadata = dict[str, Any]


@contextmanager
def mendable() -> Iterator[None]:
    """Turn an ArtLensError into a failure of the step that shows its one line."""
    try:
        yield
    except ArtLensError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


def derive(
    context: dg.AssetExecutionContext,
    lake: Lake,
    config: dg.Config | None,
    build: Callable[[], tuple[pa.Table, Metadata]],
    upstream: list[str] | None = None,
) -> dg.MaterializeResult:
    """Materialize the table that is named as the asset.

    `build` is called only when the code version, the configuration or an upstream table changed
    since the table was written. `upstream`: the dependencies that count, all by default.
    """
    table = context.asset_key.to_user_string()
    with mendable():
        versions = upstream_versions(context, lake, upstream)
        recipe = digest(_code_version(context), config.model_dump() if config else {})
        fingerprint = digest(recipe, versions)
        made = lake.provenance(table)
        stands = made is not None and made.fingerprint == fingerprint
        extra: Metadata = {}
        if stands:
            context.log.info(f"{table} is up to date; nothing to recompute")
        else:
            data, extra = build()
            stamp = provenance(
                context, lake, fingerprint=fingerprint, recipe=recipe, upstream=versions
            )
            lake.write(table, data, stamp)
        metadata = table_metadata(table, lake.rows(table), str(lake.path(table)))
    return dg.MaterializeResult(
        metadata={**metadata, **extra, "skipped": stands}, data_version=dg.DataVersion(fingerprint)
    )


def upstream_versions(
    context: dg.AssetExecutionContext, lake: Lake, upstream: list[str] | None = None
) -> dict[str, str]:
    """Versions of the tables that the asset depends on; ResultMissingError where one is absent."""
    names = upstream or [key.to_user_string() for key in context.assets_def.dependency_keys]
    versions = {}
    for name in sorted(names):
        version = lake.version(name)
        if version is None:
            raise ResultMissingError(f"there is no {name} yet; materialize {name} first")
        versions[name] = version
    return versions


def _code_version(context: dg.AssetExecutionContext) -> str:
    return context.assets_def.code_versions_by_key[context.asset_key] or ""
