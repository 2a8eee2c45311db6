"""Who may ask a server of this machine: its own pages, and programs; no page of another site.

Belongs here: the ASGI middleware, and what is said of a server that others can reach. Imports
neither Dagster nor FiftyOne. Sources: RFC 6454 (Origin), Fetch Metadata (W3C).
"""

import ipaddress
import json
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from artlens_pipeline.errors import ArtLensError

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]
OWN = frozenset({"", "none", "same-origin"})
"""Sec-Fetch-Site of what a page of ours, an address typed in, or a program asks."""


ELSEWHERE = "a page of another site may not ask this server"
PROXY = (
    "the page has a name of this server, and the request another one: let the proxy pass the "
    "header Host on (nginx: proxy_set_header Host $http_host)"
)


class Guard:
    """ASGI middleware that answers 403 to what `refusal` refuses, and passes on the rest."""

    def __init__(self, app: App, hosts: Iterable[str]) -> None:
        self._app, self._hosts = app, frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass on, or refuse."""
        why = refusal(scope, self._hosts) if scope["type"] in ("http", "websocket") else ""
        if not why:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            body = json.dumps({"error": why}).encode()
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})


def refusal(scope: Scope, hosts: Iterable[str]) -> str:
    """Why a request is refused, "" where it is not; `hosts`: names that this server may go by."""
    headers = _headers(scope)
    if headers is None:
        return "the request names its host or its origin twice"
    host = headers.get("host", "")
    if not _is_ours(host, hosts):
        return (
            f"this server does not go by the name {host[:100]!r}; if it should, put it into hosts "
            "under [servers] in your home's artlens.toml"
        )
    origin = _origin(headers["origin"]) if "origin" in headers else host
    if origin.casefold() != host.casefold():
        return PROXY if _is_named(origin, hosts) else ELSEWHERE
    if headers.get("sec-fetch-site", "") not in OWN and not _goes_there(scope, headers, host):
        return ELSEWHERE
    if _changes_by_address(scope, headers):
        return "a query has to be sent by POST"
    return ""


def names(bound: str, further: Sequence[str] = ()) -> set[str]:
    """What a server that listens on `bound` may be called, beside numeric addresses.

    ArtLensError where `further`, which a person wrote, are no names.
    """
    if (
        isinstance(further, str)
        or not isinstance(further, Sequence)
        or not all(isinstance(name, str) for name in further)
    ):
        raise ArtLensError(
            f"[servers] hosts of artlens.toml is a list of names in quotes, not {further!r}"
        )
    machine = socket.gethostname()
    return {"localhost", bound, machine, f"{machine}.local", *further}


def exposure(bound: str) -> str:
    """A warning where others reach a server that listens on `bound`, "" where none do."""
    try:
        alone = ipaddress.ip_address(bound.strip("[]")).is_loopback
    except ValueError:
        alone = bound.casefold() == "localhost"
    return "" if alone else (
        f"warning: there is no password: whoever reaches {bound} can read and change all results, "
        "start runs, and read every file that you can read. On a network that is not yours alone, "
        "listen on 127.0.0.1 and let people in through SSH or a proxy with a log-in."
    )  # fmt: skip


def _headers(scope: Scope) -> Mapping[str, str] | None:
    """By lower-case name; None where one that decides is there twice."""
    pairs = [(name.decode("latin-1").lower(), text.decode("latin-1"))
             for name, text in scope["headers"]]  # fmt: skip
    given = [name for name, _ in pairs if name in ("host", "origin", "sec-fetch-site")]
    return dict(pairs) if len(given) == len(set(given)) else None


def _origin(text: str) -> str:
    """Host and port; "" for `null`, and for no origin at all."""
    try:
        return urlsplit(text).netloc
    except ValueError:
        return ""


def _is_ours(host: str, hosts: Iterable[str]) -> bool:
    """Numeric addresses are: no other site can make its name one of those."""
    return _is_named(host, hosts) or _address(host) is not None


def _is_named(host: str, hosts: Iterable[str]) -> bool:
    name = _name(host)
    return name in hosts or name.endswith(".localhost")


def _is_of_this_machine(host: str) -> bool:
    name, address = _name(host), _address(host)
    local = name == "localhost" or name.endswith(".localhost")
    return local or (address is not None and address.is_loopback)


def _name(host: str) -> str:
    """Without a port; "" for none, and for no name at all."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(_name(host))
    except ValueError:
        return None


def _goes_there(scope: Scope, headers: Mapping[str, str], host: str) -> bool:
    """Whether a person follows a link to here, or a notebook of this machine shows the page."""
    framed = headers.get("sec-fetch-dest") == "iframe" and headers["sec-fetch-site"] == "same-site"
    shown = framed and _is_of_this_machine(host)
    whole = headers.get("sec-fetch-dest") == "document" or shown
    return bool(
        scope.get("method") == "GET" and headers.get("sec-fetch-mode") == "navigate" and whole
    )


def _changes_by_address(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Dagster executes a mutation that stands in an address, as that of a picture in a page.

    Browsers say nothing of where such a request comes from where the server's address is not local.
    """
    if scope["type"] != "http" or not scope["path"].endswith("/graphql"):
        return False
    shows = "text/html" in headers.get("accept", "")  # the page to try queries in, which runs none
    return scope.get("method") != "POST" and not shows
