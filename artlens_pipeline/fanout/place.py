"""`ARTLENS_COMPUTE`: where shards are made."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from artlens_pipeline.errors import ArtLensError

COMPUTE = "ARTLENS_COMPUTE"
"""The variable that says where shards are made: local, ray, or ray://host:port."""
CLIENT_PORT = 10001
"""Where Ray's client server listens, if nothing else is said."""
LOCAL, RAY = "local", "ray"


@dataclass(frozen=True)
class Place:
    """`name` is the variable's value; `address` what Ray is asked to join, "" for none yet."""

    name: str = LOCAL
    address: str = ""

    @classmethod
    def current(cls) -> "Place":
        """What the variable says, `local` by default; ArtLensError where it says no such place.

        `ray` joins the cluster of `RAY_ADDRESS`, as all of Ray does, else it starts its own. That
        of a file in /tmp, which Ray would look for, may be another user's, so it is not joined.
        """
        named = os.environ.get(COMPUTE, "") or LOCAL
        if named == LOCAL:
            return cls()
        if named == RAY:
            joined = os.environ.get("RAY_ADDRESS", "")
            return cls(RAY, "" if joined == "local" else joined)
        address = _client_address(named)
        return cls(address, address)

    @property
    def on_ray(self) -> bool:
        """Whether it is a cluster."""
        return self.name != LOCAL

    def __str__(self) -> str:
        if self.name == RAY:
            return f"ray at {self.address}" if self.address else "ray, a cluster of its own"
        return self.name


def _client_address(named: str) -> str:
    try:
        url = urlsplit(named)
        host, port = url.hostname, url.port or CLIENT_PORT
    except ValueError:
        url, host, port = urlsplit(""), None, 0
    if host and named.startswith("ray://") and url.netloc == named.removeprefix("ray://"):
        shown = f"[{host}]" if ":" in host else host
        if "@" not in url.netloc:
            return f"ray://{shown}:{port}"
    raise ArtLensError(
        f"{COMPUTE} is none of local, ray, ray://host:port; leave it out to work in this process"
    )
