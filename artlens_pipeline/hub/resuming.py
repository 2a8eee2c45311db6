"""A reset connection told as an answer that ended early, which the Hub's client resumes.

The client goes on where it stopped when a peer closes in the middle of a file, but begins anew when
the connection is reset, as many proxies and broken TLS connections do. Imported where it is used:
it loads the HTTP library.
"""

from collections.abc import Iterator
from typing import cast

import httpx2
from huggingface_hub import get_session


def resume_after_reset() -> None:
    """See to it that downloads of this process go on after a reset."""
    hooks = get_session().event_hooks["response"]
    if _wrap not in hooks:
        hooks.append(_wrap)


def _wrap(response: httpx2.Response) -> None:
    response.stream = _Stream(cast(httpx2.SyncByteStream, response.stream))


class _Stream(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except httpx2.ReadError as error:
            raise httpx2.RemoteProtocolError("the connection was reset") from error

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()
