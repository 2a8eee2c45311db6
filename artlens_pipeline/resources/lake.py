"""The lake: Parquet results of one home. The only code that knows where which file lies."""

import json
import os
import re
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from upath import UPath

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.tables import DESCRIBED, TABLES

SHARDED = frozenset(
    {"raw_samples", "rejected_samples", "image_quality", "clip_embeddings", *DESCRIBED}
)
PER_ENCODER = frozenset({"clip_embeddings", "similarity_index"})
_METADATA = b"artlens"


class ResultMissingError(ArtLensError):
    """A table that is needed has not been made."""


@dataclass(frozen=True)
class Provenance:
    """How a file of the lake was made; stored with it.

    `fingerprint` covers everything that the content depends on; `recipe` only code and parameters,
    so that rows of a file can be kept when its inputs changed in part. `facts` is what is to be
    said of the result, in plain values.
    """

    fingerprint: str
    recipe: str
    upstream: dict[str, str]
    made_at: str
    run_id: str
    encoder: str
    facts: dict[str, Any] = field(default_factory=dict)


class Lake:
    """Tables by name, and by shard where there are shards; one table is always whole on disk."""

    def __init__(self, root: UPath, encoder: str, revision: str = "") -> None:
        self.root = root
        self.encoder = encoder
        self.revision = revision

    def write(
        self, table: str, data: pa.Table, provenance: Provenance, shard: str | None = None
    ) -> UPath:
        """Store `data` under the columns of `TABLES[table]` and move it into place in one step."""
        path = self.path(table, shard)
        path.parent.mkdir(parents=True, exist_ok=True)
        conformed = _conform(data, TABLES[table])
        metadata = {**(conformed.schema.metadata or {}), _METADATA: json.dumps(asdict(provenance))}
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as sink:
                pq.write_table(conformed.replace_schema_metadata(metadata), sink)
            temporary.rename(path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def read(
        self, table: str, columns: list[str] | None = None, shard: str | None = None
    ) -> pa.Table:
        """A table, or one shard of it; shards follow each other in the order of their names."""
        files = [self.path(table, shard)] if shard else self._files(table)
        parts = [_read(file, columns) for file in files if file.exists()]
        if not parts:
            raise ResultMissingError(f"there is no {table} yet; materialize {table} first")
        return pa.concat_tables(parts)

    def provenance(self, table: str, shard: str | None = None) -> Provenance | None:
        """How a file was made; null when it is absent or not a whole Parquet file."""
        path = self.path(table, shard)
        if not path.exists():
            return None
        try:
            with path.open("rb") as source:
                metadata = pq.read_schema(source).metadata or {}
            return Provenance(**json.loads(metadata[_METADATA]))
        except (pa.ArrowInvalid, KeyError, TypeError, ValueError):
            return None

    def rows(self, table: str, shard: str | None = None) -> int:
        """The number of rows, without reading them."""
        with self.path(table, shard).open("rb") as source:
            return int(pq.read_metadata(source).num_rows)

    def stands(self, table: str, fingerprint: str, shard: str | None = None) -> bool:
        """Whether there is a whole file under this fingerprint."""
        made = self.provenance(table, shard)
        return made is not None and made.fingerprint == fingerprint

    def version(self, table: str) -> str | None:
        """A digest that changes whenever the table does; null when there is none."""
        shards: list[str] | list[None] = self.shards(table) if table in SHARDED else [None]
        made = [self.provenance(table, shard) for shard in shards]
        prints = [item.fingerprint for item in made if item]
        return digest(*prints) if prints else None

    def written(self, table: str) -> str:
        """A digest of the files' names, sizes and times: changes with them, whatever made them."""
        files = [file for file in self._files(table) if file.exists()]
        seen = [(file, file.stat()) for file in files]
        return digest([(file.name, stat.st_size, stat.st_mtime_ns) for file, stat in seen])

    def is_sharded(self, table: str) -> bool:
        """Whether a table is stored by shard."""
        return table in SHARDED

    def shards(self, table: str) -> list[str]:
        """The shards that a table has, in order; empty for tables without shards."""
        return [file.stem for file in self._files(table)] if table in SHARDED else []

    def drop_shard(self, shard: str) -> None:
        """Remove a shard from every table."""
        for table in SHARDED:
            self.path(table, shard).unlink(missing_ok=True)

    @contextmanager
    def writing(self, table: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only one that makes `table`; `waiting` is called where another one does now.

        What that one made then stands, so nothing is computed twice and no older result comes last.
        """
        folder = self.root / ".locks"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(folder / f"{table}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def unlisted(self, shards: Set[str]) -> list[UPath]:
        """The files of shards that are not among `shards`, of whichever encoder."""
        files = (file for table in SHARDED for file in (self.root / table).rglob("shard-*.parquet"))
        return [file for file in files if file.stem not in shards]

    def of_other_encoders(self, published: str) -> list[UPath]:
        """Files and folders of results that neither this nor the `published` encoder made."""
        kept = {slug(self.encoder), slug(published)}
        folders = [self.root / table for table in PER_ENCODER]
        return [
            entry
            for folder in folders
            if folder.is_dir()
            for entry in folder.iterdir()
            if entry.name.removesuffix(".parquet") not in kept and not entry.name.startswith(".")
        ]

    def path(self, table: str, shard: str | None = None) -> UPath:
        """Where a table, or one shard of it, lies."""
        if (shard is not None) != (table in SHARDED):
            raise ValueError(f"{table} is {'' if table in SHARDED else 'not '}stored by shard")
        folder = self._folder(table)
        return folder / f"{shard}.parquet" if shard else folder.with_suffix(".parquet")

    @property
    def index_uri(self) -> str:
        """The LanceDB database of this encoder's vectors."""
        return str(self._folder("similarity_index"))

    def _folder(self, table: str) -> UPath:
        return self.root / table / slug(self.encoder) if table in PER_ENCODER else self.root / table

    def _files(self, table: str) -> list[UPath]:
        if table not in SHARDED:
            return [self.path(table)]
        folder = self._folder(table)
        return sorted(folder.glob("shard-*.parquet")) if folder.exists() else []


def open_lake(home: Home) -> Lake:
    """The lake of a home, under the encoder on record."""
    collection = Collection.load(home)
    return Lake(UPath(home.lake), collection.encoder_or_default(home), collection.revision)


def slug(encoder: str) -> str:
    """An encoder's name as a folder name; two names never share one."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", encoder).strip("_")[-80:]
    return plain if plain and plain == encoder else f"{plain}-{digest(encoder)[:8]}"


def _read(file: UPath, columns: list[str] | None) -> pa.Table:
    with file.open("rb") as source:
        return pq.read_table(source, columns=columns).replace_schema_metadata(None)


def _conform(data: pa.Table, schema: pa.Schema) -> pa.Table:
    """The data under the schema's columns; a vector column keeps its fixed length."""
    fields: list[pa.Field[Any]] = [
        field.with_type(data.schema.field(field.name).type)
        if pa.types.is_list(field.type)
        else field
        for field in schema
    ]
    return data.select(schema.names).cast(pa.schema(fields))
