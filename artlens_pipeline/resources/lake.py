"""The lake: Parquet results of one home. The only code that knows where which file lies."""

import json
import re
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout
from upath import UPath

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.storage import Entry, storage_of
from artlens_pipeline.tables import DESCRIBED, TABLES

SHARDED = frozenset(
    {"raw_samples", "rejected_samples", "image_quality", "clip_embeddings", *DESCRIBED}
)
PER_ENCODER = frozenset({"clip_embeddings", "similarity_index"})
_METADATA = b"artlens"
_SHARD = "shard-*.parquet"


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
    """Tables by name, and by shard where there are shards; each file of one is whole or absent.

    `locks`: where those who write here see each other; by default in the lake, so a folder.
    """

    def __init__(
        self, root: UPath, encoder: str, revision: str = "", locks: Path | None = None
    ) -> None:
        self.root = root
        self.encoder = encoder
        self.revision = revision
        self.storage = storage_of(root)
        self._locks = locks

    def write(
        self, table: str, data: pa.Table, provenance: Provenance, shard: str | None = None
    ) -> UPath:
        """Store `data` under the columns of `TABLES[table]`; the file appears in one step."""
        path = self.path(table, shard)
        conformed = _conform(data, TABLES[table])
        metadata = {**(conformed.schema.metadata or {}), _METADATA: json.dumps(asdict(provenance))}
        with self.storage.whole(path) as sink:
            pq.write_table(conformed.replace_schema_metadata(metadata), sink)
        return path

    def read(
        self, table: str, columns: list[str] | None = None, shard: str | None = None
    ) -> pa.Table:
        """A table, or one shard of it; shards follow each other in the order of their names."""
        files = [self.path(table, shard)] if shard else self._files(table)
        parts = [_read(file, columns) for file in self.storage.read(files) if file]
        if not parts:
            raise ResultMissingError(f"there is no {table} yet; materialize {table} first")
        return pa.concat_tables(parts)

    def provenance(self, table: str, shard: str | None = None) -> Provenance | None:
        """How a file was made; null when it is absent or not a whole Parquet file."""
        (footer,) = self.storage.footers([self.path(table, shard)])
        return _provenance(footer)

    def provenances(self, table: str) -> dict[str, Provenance | None]:
        """The same by shard, of all that a table with shards has, in order."""
        files = self._found(self._folder(table))
        footers = self.storage.footers([*files], files)
        return {f.stem: _provenance(footer) for f, footer in zip(files, footers, strict=True)}

    def rows(self, table: str, shard: str | None = None) -> int:
        """The number of rows, without reading them."""
        path = self.path(table, shard)
        (footer,) = self.storage.footers([path])
        if footer is None:
            raise FileNotFoundError(str(path))
        with footer:
            return int(pq.read_metadata(footer).num_rows)

    def has(self, table: str) -> bool:
        """Whether there is a file, be it whole or damaged, of a table without shards."""
        return bool(self.storage.found(self.path(table)))

    def stands(self, table: str, fingerprint: str, shard: str | None = None) -> bool:
        """Whether there is a whole file under this fingerprint."""
        made = self.provenance(table, shard)
        return made is not None and made.fingerprint == fingerprint

    def version(self, table: str) -> str | None:
        """A digest that changes whenever the table does; null when there is none."""
        sharded = table in SHARDED
        made = self.provenances(table).values() if sharded else [self.provenance(table)]
        prints = [item.fingerprint for item in made if item]
        return digest(*prints) if prints else None

    def written(self, table: str) -> str:
        """A digest of the files' names, sizes and times: changes with them, whatever made them."""
        path = self._folder(table) if table in SHARDED else self.path(table)
        found = self._found(path) if table in SHARDED else self.storage.found(path)
        return digest([(file.name, item.bytes, item.mark) for file, item in found.items()])

    def is_sharded(self, table: str) -> bool:
        """Whether a table is stored by shard."""
        return table in SHARDED

    def shards(self, table: str) -> list[str]:
        """The shards that a table has, in order; empty for tables without shards."""
        return [file.stem for file in self._files(table)] if table in SHARDED else []

    def drop_shard(self, shard: str) -> None:
        """Remove a shard from every table."""
        self.storage.remove(self.path(table, shard) for table in SHARDED)

    @contextmanager
    def writing(self, table: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only one that makes `table`; `waiting` is called where another one does now.

        What that one made then stands, so nothing is computed twice and no older result comes last.
        """
        folder = self._locks or Path(str(self.root), ".locks")
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

    def unlisted(self, shards: Set[str]) -> dict[UPath, Entry]:
        """The files of shards that are not among `shards`, of whichever encoder."""
        found = (item for table in SHARDED for item in self._found(self.root / table).items())
        return {file: entry for file, entry in found if file.stem not in shards}

    def of_other_encoders(self, published: str) -> dict[UPath, Entry]:
        """Files of results that neither this nor the `published` encoder made."""
        kept = {slug(self.encoder), slug(published)}
        found: dict[UPath, Entry] = {}
        for table in PER_ENCODER:
            folder = self.root / table
            for file, entry in self.storage.found(folder).items():
                owner = file.relative_to(folder).parts[0]
                if owner.removesuffix(".parquet") not in kept and not owner.startswith("."):
                    found[file] = entry
        return found

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
        return [*self._found(self._folder(table))] if table in SHARDED else [self.path(table)]

    def _found(self, folder: UPath) -> dict[UPath, Entry]:
        found = self.storage.found(folder)
        return {file: entry for file, entry in found.items() if fnmatch(file.name, _SHARD)}


def open_lake(home: Home) -> Lake:
    """The lake of a home, under the encoder on record."""
    collection = Collection.load(home)
    encoder, locks = collection.encoder_or_default(home), home.lake / ".locks"
    return Lake(home.results / "lake", encoder, collection.revision, locks)


def slug(encoder: str) -> str:
    """An encoder's name as a folder name; two names never share one."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", encoder).strip("_")[-80:]
    return plain if plain and plain == encoder else f"{plain}-{digest(encoder)[:8]}"


def _read(file: BinaryIO, columns: list[str] | None) -> pa.Table:
    with file:
        return pq.read_table(file, columns=columns).replace_schema_metadata(None)


def _provenance(footer: BinaryIO | None) -> Provenance | None:
    if footer is None:
        return None
    try:
        with footer:
            metadata = pq.read_metadata(footer).metadata or {}
        return Provenance(**json.loads(metadata[_METADATA]))
    except (pa.ArrowInvalid, KeyError, TypeError, ValueError):
        return None


def _conform(data: pa.Table, schema: pa.Schema) -> pa.Table:
    """The data under the schema's columns; a vector column keeps its fixed length."""
    fields: list[pa.Field[Any]] = [
        field.with_type(data.schema.field(field.name).type)
        if pa.types.is_list(field.type)
        else field
        for field in schema
    ]
    return data.select(schema.names).cast(pa.schema(fields))
