"""Weights that lie: of their header, their shapes, their place; refused in a line, at no cost."""

import json
import resource
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artlens_pipeline.encoders import ModelNotFound, load_encoder

WEIGHTS = "model.safetensors"
Header = dict[str, dict[str, object]]


def parts(file: Path) -> tuple[Header, bytes]:
    """The header and what stands behind it."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def written(header: object, body: bytes, length: int | None = None) -> bytes:
    said = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(said) if length is None else length) + said + body


def changed(header: Header, **values: object) -> Header:
    """The header with the first tensor saying something else."""
    name = next(name for name in header if name != "__metadata__")
    return {**header, name: {**header[name], **values}}


LIES: dict[str, Callable[[Header, bytes], bytes]] = {
    "nothing": lambda header, body: b"",
    "a page of HTML": lambda header, body: b"<!doctype html>" * 100,
    "a pickle": lambda header, body: b"\x80\x02]q\x00." * 50,
    "cut in the header": lambda header, body: written(header, b"")[:500],
    "cut in the tensors": lambda header, body: written(header, body[: len(body) // 2]),
    "a header of 2^63 bytes": lambda header, body: written(header, body, 2**63),
    "a header of 90 MB, announced": lambda header, body: written(header, body, 90_000_000),
    "no JSON": lambda header, body: written(b"{" * 2000, body),
    "deep JSON": lambda header, body: written(b'{"a":' + b"[" * 100_000, body),
    "a list": lambda header, body: written([1, 2], body),
    "offsets beyond the end": lambda header, body: written(
        changed(header, data_offsets=[0, 2**40]), body
    ),
    "offsets below zero": lambda header, body: written(changed(header, data_offsets=[-8, 8]), body),
    "a shape of 2^62": lambda header, body: written(changed(header, shape=[2**31, 2**31]), body),
    "a shape that overflows": lambda header, body: written(
        changed(header, shape=[2**63] * 3), body
    ),
    "a shape that is too small": lambda header, body: written(changed(header, shape=[1]), body),
    "an unknown type": lambda header, body: written(changed(header, dtype="PICKLE"), body),
    "no tensors": lambda header, body: written({}, b""),
}


@pytest.mark.parametrize("lie", LIES)
def test_it_is_refused_in_a_line(clip: Path, lie: str) -> None:
    file = clip / WEIGHTS
    file.write_bytes(LIES[lie](*parts(file)))
    with pytest.raises(ModelNotFound) as refused:
        load_encoder(str(clip))
    assert str(clip) in str(refused.value) and "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_changed_byte_of_the_header_is_refused_or_harmless(
    clip: Path, place: int, byte: int
) -> None:
    """Never another exception, and never much memory."""
    file = clip / WEIGHTS
    whole = file.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        file.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
        load_encoder(str(clip))
    except ModelNotFound as refused:
        assert "\n" not in str(refused)
    finally:
        file.write_bytes(whole)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000
