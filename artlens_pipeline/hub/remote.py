"""A file on the Hub read in part, by range requests: a Parquet file's footer without its rows.

Belongs here: the file-like object. Does not belong here: whole files (`files`).
"""

import io
from typing import Any, BinaryIO, cast

from artlens_pipeline.hub.asked import Asked, Kind
from artlens_pipeline.hub.asking import Incomplete, ask, timeout

BLOCK = 64 * 1024  # bytes fetched at least: what pyarrow reads first of a Parquet file's end


def open_remote(kind: Kind, repo_id: str, commit: str, path: str, size: int) -> BinaryIO:
    """The file, open for reading; `size` in bytes as listed. No request until the first read.

    Reads raise ArtLensError.
    """
    return cast(BinaryIO, RemoteFile(Asked(kind, repo_id, commit, path), size))


class RemoteFile(io.RawIOBase):
    """Seekable; each read outside of the last block is one request."""

    def __init__(self, asked: Asked, size: int) -> None:
        super().__init__()
        self._asked, self._size = asked, size
        self._position = 0
        self._block, self._block_start = b"", 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Bytes from the beginning."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; no request."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning of the file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` as far as the file reaches."""
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """The rest of the file, in one request."""
        return self._next(self._size - self._position)

    def _next(self, count: int) -> bytes:
        start = self._position
        end = min(start + count, self._size)
        if end <= start:
            return b""
        if not self._block_start <= start <= end <= self._block_start + len(self._block):
            # A read near the end takes the block before the end: footers are read backwards.
            first = min(start, max(0, self._size - BLOCK))
            last = min(max(end, first + BLOCK), self._size)
            self._block = ask(lambda: _range(self._asked, first, last), self._asked)
            self._block_start = first
        self._position = end
        return self._block[start - self._block_start : end - self._block_start]


def _range(asked: Asked, start: int, end: int) -> bytes:
    """Bytes [start, end) of the file."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    url = hf_hub_url(asked.repo_id, asked.path, repo_type=asked.kind, revision=asked.revision)
    wanted = {"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
    headers = build_hf_headers(headers=wanted)
    with get_session().stream("GET", url, headers=headers, timeout=timeout()) as answer:
        hf_raise_for_status(answer)
        data = bytearray()
        # An answer that ignores the range is the whole file: no more of it is read than is needed.
        skipped = start if answer.status_code == 200 else 0
        for chunk in answer.iter_bytes():
            data += chunk
            if len(data) >= skipped + end - start:
                break
    if len(data) < skipped + end - start:
        raise Incomplete
    return bytes(data[skipped : skipped + end - start])
