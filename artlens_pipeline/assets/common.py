"""What the assets share: standing attributes, provenance, the metadata that Dagster shows."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

import dagster as dg
import pyarrow as pa

from artlens_pipeline.automation.conditions import FOLLOW
from artlens_pipeline.encoders import advice
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.lineage import Columns, in_words, lineage
from artlens_pipeline.resources.lake import Lake, Provenance
from artlens_pipeline.settings import current_settings
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vocabulary import current_vocabulary

OWNERS = ["team:artlens"]
FOLLOWING = ("analyse", "language", "publish")
Stamp = Callable[..., Provenance]
"""`provenance` with its context and lake bound."""


class OfRun(Protocol):
    """What knows the run that it is part of: Dagster's context, or an order."""

    @property
    def run_id(self) -> str:
        """Dagster's id of the run."""


def attributes(group: str, *kinds: str, by_shard: bool = False) -> dict[str, Any]:
    """Group, kinds and owner of an asset, and whether it is made by itself.

    What is made `by_shard` is not: the sensor `new_works` asks for the shards.
    """
    follows = FOLLOW if group in FOLLOWING and not by_shard else None
    shared: dict[str, Any] = {"group_name": group, "kinds": {*kinds}, "owners": OWNERS}
    return {**shared, "automation_condition": follows}


def versioned(version: str, *sections: str, words: bool = False) -> str:
    """The code version of an asset that has its defaults from these sections of `artlens.toml`.

    `words`: and of one that is made of the vocabulary.

    As in semantic versioning, what stands behind the + tells builds apart: changed defaults make
    the asset stale in Dagster. `recipe_version` takes it off, as recipes name the values in force.
    """
    settings = current_settings()
    defaults: dict[str, Any] = {section: settings[section] for section in sections}
    if words:
        defaults["vocabulary"] = current_vocabulary().fingerprint
    return f"{version}+{digest(defaults)[:8]}" if defaults else version


def recipe_version(code_version: str | None) -> str:
    """The part of a code version that tells how a result is made, whatever the defaults."""
    return (code_version or "").partition("+")[0]


def recipe(context: dg.AssetExecutionContext, config: dg.Config | None, *parameters: object) -> str:
    """How the asset that is being made is made: a digest of its code version and configuration.

    `parameters`: what else its result depends on, beside what it is made of.
    """
    return digest(code_version(context), config.model_dump() if config else {}, *parameters)


def code_version(context: dg.AssetExecutionContext) -> str:
    """The code version of the asset that is being made, as its recipe has it."""
    return recipe_version(context.assets_def.code_versions_by_key[context.asset_key])


def provenance(
    context: OfRun,
    lake: Lake,
    *,
    fingerprint: str,
    recipe: str,
    upstream: dict[str, str],
    facts: dict[str, Any] | None = None,
) -> Provenance:
    """How the table that is being written is made."""
    return Provenance(
        fingerprint=fingerprint,
        recipe=recipe,
        upstream=upstream,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        run_id=context.run_id,
        encoder=lake.encoder,
        facts=facts or {},
    )


def about(lake: Lake) -> dict[str, str]:
    """What to say of the encoder behind a result; nothing where it is no small one."""
    said = advice(lake.encoder)
    return {"about_the_encoder": said} if said else {}


def table_metadata(table: str, rows: int, uri: str, upstream: Collection[str]) -> dict[str, Any]:
    """Row count, where the table lies, its columns and what they are made of."""
    return {"dagster/row_count": rows, "dagster/uri": uri, **columns(table, upstream)}


def columns(table: str, upstream: Collection[str]) -> dict[str, Any]:
    """Columns of a table with their descriptions, and what of `upstream` each is made of."""
    return column_metadata(TABLES[table], lineage(table, upstream))


def column_metadata(fields: Iterable[pa.Field], made_of: Columns) -> dict[str, Any]:
    """Schema and column lineage as Dagster has them."""
    return {
        "dagster/column_schema": column_schema(fields, made_of),
        "dagster/column_lineage": column_lineage(made_of),
    }


def column_lineage(made_of: Columns) -> dg.TableColumnLineage:
    """Column lineage as Dagster has it; of its UIs, only that of Dagster+ shows it."""
    return dg.TableColumnLineage(
        {
            name: [dg.TableColumnDep(dg.AssetKey(table), column) for table, column in sources]
            for name, sources in made_of.items()
        }
    )


def upstream_tables(context: dg.AssetExecutionContext, table: str) -> list[str]:
    """The assets that an asset is made of."""
    spec = context.assets_def.get_asset_spec(dg.AssetKey(table))
    return [dep.asset_key.to_user_string() for dep in spec.deps]


def column_schema(fields: Iterable[pa.Field], made_of: Columns) -> dg.TableSchema:
    """Arrow fields as Dagster's UI shows them, with what each is made of in its description."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                field.name,
                str(field.type),
                "\n\n".join(
                    filter(None, [_description(field), in_words(made_of.get(field.name, ()))])
                ),
            )
            for field in fields
        ]
    )


def _description(field: pa.Field) -> str:
    return str((field.metadata or {}).get(b"description", b"").decode())
