"""One S3 server for all tests of a process; a bucket of its own for each test."""

import os
import uuid
from collections.abc import Iterator

import pytest
from upath import UPath

from artlens_pipeline_tests.storage.s3_server import (
    Weather,
    make_bucket,
    proxy,
    s3_server,
    variables,
)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The URL of a real S3 server."""
    pytest.importorskip("moto.server", reason="needs the extra dev")
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3: str) -> UPath:
    """A folder in a bucket of its own, on the server that the environment names."""
    os.environ.update(variables(s3))
    name = f"bucket-{uuid.uuid4().hex}"
    make_bucket(name)
    return UPath(f"s3://{name}/a prefix/ü")


@pytest.fixture
def weather(s3: str, bucket: UPath) -> Iterator[Weather]:
    """What a proxy before the server does; from here on the environment names the proxy."""
    with proxy(s3) as (url, weather):
        os.environ["AWS_ENDPOINT_URL"] = url
        yield weather
