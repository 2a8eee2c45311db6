"""How a table over all shards is made: skipped when it stands, else built and written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import dagster as dg
import pyarrow as pa

from artlens_pipeline.assets import common
from artlens_pipeline.assets.common import provenance, table_metadata
from artlens_pipeline.assets.incremental import PLACED, needs_refresh
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.hub import HubForbidden, HubOutOfReach
from artlens_pipeline.previews.metadata import show
from artlens_pipeline.previews.over_all import previews_of
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.disk_fault import in_words
from artlens_pipeline.resources.lake import Lake, ResultMissingError

Facts = dict[str, Any]
RETRIES = 3
FIRST_WAIT_S = 15.0  # twice as long before each further attempt; the Hub was asked five times each


@contextmanager
def mendable() -> Iterator[None]:
    """Turn what a person can mend into a failure of the step that shows one line.

    Where the Hub is out of reach, which passes, the step is tried again later.
    """
    try:
        yield
    except HubOutOfReach as error:
        if isinstance(error, HubForbidden):
            raise dg.Failure(str(error), allow_retries=False) from error
        tried = dg.OpExecutionContext.get().retry_number
        raise dg.RetryRequested(RETRIES, FIRST_WAIT_S * 2**tried) from error
    except ArtLensError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except Exception as error:
        if not (said := in_words(error)):
            raise
        raise dg.Failure(said, allow_retries=False) from error


@contextmanager
def making(context: dg.AssetExecutionContext, lake: Lake, table: str) -> Iterator[None]:
    """`mendable`, and no other run makes this table meanwhile."""

    def waiting() -> None:
        context.log.info(f"another run is making {table}; waiting until it is done")

    with mendable(), lake.writing(table, waiting):
        yield


def derive(
    context: dg.AssetExecutionContext,
    lake: Lake,
    config: dg.Config | None,
    build: Callable[[], tuple[pa.Table, Facts]],
    upstream: list[str] | None = None,
    whole: Callable[[], bool] = lambda: True,
    parameters: tuple[object, ...] = (),
) -> dg.MaterializeResult:
    """Materialize the table that is named as the asset.

    `build` gives the table and the facts that are to be said of it. It is called only when the
    code version, the configuration or an upstream table changed since the table was written.
    `upstream`: the dependencies that count, all by default. `whole`: whether what is kept outside
    the lake's files is still there. `parameters`: what else the result depends on. A table that
    `build` has only extended (see `incremental`) is another one than that which would be made anew,
    so what it was made of counts, too.
    """
    table = context.asset_key.to_user_string()
    with making(context, lake, table):
        versions = upstream_versions(context, lake, upstream)
        recipe = common.recipe(context, config, *parameters)
        made = lake.provenance(table)
        current = made is not None and (made.recipe, made.upstream) == (recipe, versions)
        if made is not None and current and not needs_refresh(context, made) and whole():
            context.log.info(f"{table} is up to date; nothing to recompute")
            facts, fingerprint, skipped = made.facts, made.fingerprint, True
        else:
            with stage(table, 1) as advance:
                data, facts = build()
                advance(1)
            fingerprint = digest(recipe, versions)
            if made is not None and facts.get(PLACED):
                fingerprint = digest(fingerprint, made.fingerprint)
            stamp = partial(provenance, context, lake, recipe=recipe, upstream=versions)
            lake.write(table, data, stamp(fingerprint=fingerprint, facts=facts))
            skipped = False
        metadata = table_metadata(table, lake.rows(table), str(lake.path(table)), versions)
        show(context, partial(previews_of, table, lake))
    return dg.MaterializeResult(
        metadata={**metadata, **facts, "skipped": skipped}, data_version=dg.DataVersion(fingerprint)
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
