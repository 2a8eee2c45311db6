"""Objects of S3, by boto3, which FiftyOne brings along: credentials and retries are its own.

An object appears by one put (of a large one by the last step of a multipart upload), so there is no
temporary name, nothing to rename, and no lock: whoever writes last has written.
"""

import io
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, BinaryIO

from botocore.exceptions import (
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from upath import UPath

from artlens_pipeline.storage.base import Entry
from artlens_pipeline.storage.s3_faults import clear, is_absent

TOGETHER = 16
"""Requests at once."""
MOST_KNOWN = 20_000
"""Footers that a process keeps; of some kB each."""
HELD = 64
"""Objects that were read and are not yet taken."""
PART = 8 * 2**20
"""Bytes from which an object goes up in parts."""
BODIES = 5
"""Times that a body is asked for which breaks off."""
TAIL = 64 * 1024
"""Bytes of a Parquet file's end that are read for its metadata; more only where that is larger."""
MOST_REMOVED = 1000
"""Objects that one request removes; S3's limit."""


_footers: dict[tuple[str, str], bytes] = {}
"""By path and ETag, those that were read."""


class S3Storage:
    """The `Storage` of `s3://bucket/key`."""

    @contextmanager
    def whole(self, path: UPath) -> Iterator[BinaryIO]:
        """Memory, put at the end; nothing is put where the block raises."""
        sink = io.BytesIO()
        yield sink
        sink.seek(0)
        put(path, sink)

    def read(self, paths: Sequence[UPath]) -> Iterator[BinaryIO | None]:
        """A request each."""
        return _at_once(_get, paths)

    def footers(
        self, paths: Sequence[UPath], seen: Mapping[UPath, Entry] | None = None
    ) -> Iterator[BinaryIO | None]:
        """A request each, of the file's end alone; none where the same content was asked before."""
        if seen is None:
            return _at_once(_footer, paths)
        return _at_once(lambda path: _known_footer(path, seen[path].mark), paths)

    def found(self, path: UPath) -> dict[UPath, Entry]:
        """A request for each thousand."""
        bucket, prefix = place(path)
        pages = client().get_paginator("list_objects_v2")
        found = {}
        with clear(str(path)):
            for page in pages.paginate(Bucket=bucket, Prefix=prefix):
                for item in page.get("Contents", ()):
                    beneath = item["Key"].removeprefix(prefix)
                    inside = not prefix or not beneath or beneath.startswith("/")
                    if inside and not beneath.endswith("/"):  # which other tools put for a folder
                        modified = item["LastModified"].timestamp()
                        entry = Entry(item["Size"], modified, item["ETag"])
                        found[UPath(f"s3://{bucket}/{item['Key']}")] = entry
        return found

    def remove(self, paths: Iterable[UPath]) -> None:
        """A request for each thousand."""
        buckets: dict[str, list[str]] = {}
        for path in paths:
            bucket, key = place(path)
            buckets.setdefault(bucket, []).append(key)
        for bucket, keys in buckets.items():
            with clear(f"s3://{bucket}/{keys[0]}"):
                for start in range(0, len(keys), MOST_REMOVED):
                    _remove(bucket, keys[start : start + MOST_REMOVED])


def put(path: UPath, source: BinaryIO, metadata: dict[str, str] | None = None) -> None:
    """Make what `source` holds, from where it stands, the object at a path, whole or not at all."""
    from boto3.s3.transfer import TransferConfig

    bucket, key = place(path)
    with clear(str(path)):
        # Small ones without the threads of a transfer, which take longer than the request.
        if (head := source.read(PART)) and len(head) == PART:
            source.seek(-len(head), io.SEEK_CUR)
            config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
            extra = {"Metadata": metadata or {}}
            client().upload_fileobj(source, bucket, key, ExtraArgs=extra, Config=config)
        else:
            client().put_object(Bucket=bucket, Key=key, Body=head, Metadata=metadata or {})


def metadata(path: UPath) -> dict[str, str]:
    """What was put with an object; {} where there is none."""
    bucket, key = place(path)
    with clear(str(path)):
        try:
            return dict(client().head_object(Bucket=bucket, Key=key)["Metadata"])
        except ClientError as error:
            if is_absent(error):
                return {}
            raise


def place(path: UPath | str) -> tuple[str, str]:
    """Bucket and key."""
    bucket, _, key = str(path).removeprefix("s3://").partition("/")
    return bucket, key


def client() -> Any:
    """The client of this process, for what the `AWS_*` variables say now."""
    said = tuple(sorted(item for item in os.environ.items() if item[0].startswith("AWS_")))
    return _client(said)


def for_lancedb() -> dict[str, str]:
    """Where LanceDB finds S3; keys it takes from where boto3 does, so they are in no option."""
    found = client().meta
    options = {"aws_region": found.region_name or "us-east-1"}
    if "amazonaws.com" not in found.endpoint_url:
        options["aws_endpoint"] = found.endpoint_url
        options["allow_http"] = str(found.endpoint_url.startswith("http://")).lower()
    return options


def filesystem() -> Any:
    """S3 for what speaks fsspec, such as DuckDB: `duckdb.register_filesystem(filesystem())`."""
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    class OfS3(ArrowFSWrapper):
        protocol = "s3"

    found = client().meta
    options = (
        {} if "amazonaws.com" in found.endpoint_url else {"endpoint_override": found.endpoint_url}
    )
    return OfS3(S3FileSystem(region=found.region_name, **options))


@lru_cache(maxsize=4)
def _client(_said: tuple[tuple[str, str], ...]) -> Any:
    import boto3
    from botocore.config import Config

    retries = {} if "AWS_MAX_ATTEMPTS" in os.environ else {"total_max_attempts": 6}
    config = Config(
        retries={"mode": "standard", **retries},
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=2 * TOGETHER,
    )
    return boto3.session.Session().client("s3", config=config)


def _remove(bucket: str, keys: list[str]) -> None:
    objects = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    answer = client().delete_objects(Bucket=bucket, Delete=objects)
    for fault in answer.get("Errors", ()):
        raise ClientError({"Error": fault}, "DeleteObjects")


def _at_once(
    ask: Callable[[UPath], BinaryIO | None], paths: Sequence[UPath]
) -> Iterator[BinaryIO | None]:
    if len(paths) == 1:
        yield ask(paths[0])
        return
    with ThreadPoolExecutor(TOGETHER) as pool:
        for start in range(0, len(paths), HELD):
            yield from pool.map(ask, paths[start : start + HELD])


def _get(path: UPath, span: str | None = None) -> BinaryIO | None:
    bucket, key = place(path)
    asked = {"Bucket": bucket, "Key": key, **({"Range": span} if span else {})}
    with clear(str(path)):
        try:
            return io.BytesIO(_body(asked))
        except ClientError as error:
            if is_absent(error):
                return None
            if error.response["Error"]["Code"] == "InvalidRange":  # an empty object has no end
                return io.BytesIO()
            raise


def _body(asked: Mapping[str, str]) -> bytes:
    """All of it: boto3 asks again for an answer that fails, not for a body that breaks off."""
    for tried in range(1, BODIES + 1):
        try:
            return bytes(client().get_object(**asked)["Body"].read())
        except (ResponseStreamingError, IncompleteReadError, ReadTimeoutError):
            if tried == BODIES:
                raise
            time.sleep(0.1 * 2**tried)
    raise AssertionError("unreachable")


def _footer(path: UPath) -> BinaryIO | None:
    """The end of a Parquet file: enough, as a reader starts from the last bytes."""
    tail = _get(path, f"bytes=-{TAIL}")
    if tail is None:
        return None
    held = tail.read()
    needed = int.from_bytes(held[-8:-4], "little") + 8
    if len(held) == TAIL < needed:
        return _get(path, f"bytes=-{needed}")
    return io.BytesIO(held)


def _known_footer(path: UPath, mark: str) -> BinaryIO | None:
    """`_footer` of the content of this ETag, kept for as long as there is room."""
    held = _footers.get(key := (str(path), mark))
    if held is None:
        found = _footer(path)
        if found is None:
            return None
        held = found.read()
        if len(_footers) >= MOST_KNOWN:
            _footers.clear()
        _footers[key] = _footer_alone(held)
    return io.BytesIO(held)


def _footer_alone(tail: bytes) -> bytes:
    """The metadata of a tail behind a magic number: a Parquet file without its columns."""
    needed = int.from_bytes(tail[-8:-4], "little") + 8
    return b"PAR1" + tail[-needed:] if needed + 4 <= len(tail) else tail
