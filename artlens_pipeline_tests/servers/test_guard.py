"""Who is let in: programs and the server's own pages, not a page of another site."""

import asyncio
import socket
from typing import Any

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.servers.guard import Guard, exposure, names, refusal

HERE = "127.0.0.1:3000"
ANSWERED, REFUSED = 200, 403


def status(
    path: str = "/", host: str = HERE, method: str = "GET", kind: str = "http", **headers: str
) -> int:
    """What a server behind the guard says; its hosts are those of `artlens ui`, and one more."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": ANSWERED})

    async def send(message: Any) -> None:
        said.append(message.get("status") or {"websocket.close": REFUSED}.get(message["type"]))

    path, _, query = path.partition("?")
    given = {"host": host, **{name.replace("_", "-"): text for name, text in headers.items()}}
    scope = {
        "type": kind,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), text.encode()) for name, text in given.items()],
    }
    said: list[int] = []
    guard = Guard(app, names("127.0.0.1", ["atlas.example.org"]))
    asyncio.run(guard({**scope, "method": method} if kind == "http" else scope, None, send))
    return said[0]


@pytest.mark.parametrize(
    "host",
    [
        HERE, "localhost:3000", "LOCALHOST", "[::1]:3000", "atlas.localhost:3000", "192.168.1.7:80",
        "atlas.example.org", "Atlas.example.org.:443", f"{socket.gethostname()}:3000",
    ],
)  # fmt: skip
def test_its_names_and_numbers_are_answered(host: str) -> None:
    assert status(host=host) == ANSWERED


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example",
        "localhost@evil.example", "xlocalhost", "2130706433", "0x7f.1", "[::1", "a b",
    ],
)  # fmt: skip
def test_a_name_that_another_site_lets_point_here_is_refused(host: str) -> None:
    assert status(host=host) == REFUSED


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://127.0.0.1:3001", "http://localhost:3000"],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_page_of_elsewhere_may_not_ask(origin: str, kind: str) -> None:
    assert status("/graphql", method="POST", kind=kind, origin=origin) == REFUSED
    assert status("/graphql", method="POST", kind=kind, origin=f"http://{HERE}") == ANSWERED
    assert status("/graphql", method="POST", kind=kind) == ANSWERED, "a program's has no origin"


@pytest.mark.parametrize(
    ("site", "mode", "dest", "expected"),
    [
        ("same-origin", "cors", "empty", ANSWERED),
        ("none", "navigate", "document", ANSWERED),
        ("cross-site", "navigate", "document", ANSWERED),
        ("same-site", "navigate", "iframe", ANSWERED),
        ("cross-site", "navigate", "iframe", REFUSED),
        ("cross-site", "no-cors", "image", REFUSED),
        ("same-site", "no-cors", "script", REFUSED),
        ("cross-site", "navigate", "object", REFUSED),
        ("odd", "cors", "empty", REFUSED),
    ],
)
def test_a_link_is_followed_and_nothing_is_embedded(
    site: str, mode: str, dest: str, expected: int
) -> None:
    fetched = {"sec_fetch_site": site, "sec_fetch_mode": mode, "sec_fetch_dest": dest}
    assert status("/media?filepath=/etc/passwd", **fetched) == expected
    if site != "same-origin":
        posted = status("/form", method="POST", **fetched)
        assert posted == (ANSWERED if site == "none" else REFUSED)


def test_a_query_in_an_address_is_not_run() -> None:
    for name in ("query", "%71uery", "que%72y", "a=1&query"):
        address = f"/graphql?{name}=mutation{{wipeAssets}}"
        assert status(address, accept="image/*") == status(address) == REFUSED
        assert status(address, method="HEAD") == REFUSED
        assert status(address, accept="text/html") == ANSWERED, "the page to try queries in"
    assert status("/graphql", accept="text/html") == ANSWERED


def test_a_frame_of_the_same_site_is_a_notebook_of_this_machine_alone() -> None:
    framed = {
        "sec_fetch_site": "same-site",
        "sec_fetch_mode": "navigate",
        "sec_fetch_dest": "iframe",
    }
    assert status(host="localhost:5151", **framed) == status(host="[::1]:5151", **framed) == 200
    for host in ("atlas.example.org", "192.168.1.7:5151"):
        assert status(host=host, **framed) == REFUSED


def test_a_proxy_that_changes_the_host_is_told_of() -> None:
    def why(origin: str) -> str:
        headers = [(b"host", HERE.encode()), (b"origin", origin.encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
        return refusal(scope, names("127.0.0.1", ["atlas.example.org"]))

    assert "let the proxy pass the header Host on" in why("https://atlas.example.org")
    assert "another site" in why("https://evil.example")
    assert "another site" in why("http://[::1")


@pytest.mark.parametrize("hosts", ["atlas.example.org", [1], {"a": 1}])
def test_hosts_that_are_no_list_of_names_are_said(hosts: Any) -> None:
    with pytest.raises(ArtLensError, match="is a list of names in quotes"):
        names("127.0.0.1", hosts)


def test_a_header_given_twice_is_refused() -> None:
    assert status(**{"HOST": "evil.example"}) == REFUSED
    assert status(origin=f"http://{HERE}", ORIGIN="https://evil.example") == REFUSED


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_loopback_needs_no_warning(address: str) -> None:
    assert exposure(address) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.7", "my-machine", ""])
def test_what_others_reach_is_warned_of(address: str) -> None:
    assert "no password" in exposure(address)
