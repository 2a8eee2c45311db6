"""The answers of the local Hub, in the headers and bodies of the true one."""

import json
import re
import socket
import struct
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from artlens_pipeline_tests.hub_content import Repository, StoredFile
from artlens_pipeline_tests.hub_faults import Fault, Request

if TYPE_CHECKING:
    from artlens_pipeline_tests.hub_server import HubServer

PIECE = 1 << 16


class Refusal(Exception):  # noqa: N818
    """An error as the Hub tells it: X-Error-Code and X-Error-Message."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


class Ended(Exception):  # noqa: N818
    """The connection ends here."""


class Handler(BaseHTTPRequestHandler):
    """What the Hub and its CDN share: faults, JSON, files and ranges."""

    hub: "ClassVar[HubServer]"
    at_cdn: ClassVar[bool]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read `hub.requests`."""

    def do_HEAD(self) -> None:
        self._handle()

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        self.fault: Fault | None = None
        try:
            if self.hub.closing.is_set():  # a connection that was kept open
                raise Ended
            self.answer(urlsplit(self.path).path)
        except Refusal as refusal:
            message = str(refusal)
            extra = {"X-Error-Code": refusal.code} if refusal.code else {}
            headers = {**extra, "X-Error-Message": message, **refusal.headers}
            self.send_json({"error": message}, refusal.status, headers)
        except (BrokenPipeError, ConnectionResetError, Ended):
            self.close_connection = True

    def answer(self, address: str) -> None:
        raise NotImplementedError

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def meet(self, path: str, *, with_body: bool = False) -> None:
        """Record the request as one for `path`, and let it meet its fault."""
        request = Request(
            self.command,
            path,
            self.path,
            self.headers.get("Range", ""),
            self.headers.get("Authorization", ""),
            self.at_cdn,
        )
        self.fault = self.hub.met(request, with_body=with_body)
        if self.fault is None:
            return
        if self.fault.delay_s:
            self.hub.closing.wait(self.fault.delay_s)
        if self.fault.drop:
            raise Ended
        if self.fault.status:
            wait = {"Retry-After": self.fault.retry_after} if self.fault.retry_after else {}
            raise Refusal(self.fault.status, "", "Something went wrong", **wait)

    def send_json(
        self, content: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        body = json.dumps(content).encode()
        kind = {"Content-Type": "application/json; charset=utf-8"}
        self.send_head(status, {**kind, "Content-Length": str(len(body)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_file(self, file: StoredFile, headers: Mapping[str, str]) -> None:
        """The file, or the range of it that was asked for."""
        start, end = self._range(file.size)
        part = {"Content-Range": f"bytes {start}-{end - 1}/{file.size}"}
        ranged = bool(self._asked_range)
        head = {"Accept-Ranges": "bytes", "ETag": f'"{file.etag}"', **headers}
        head |= {"Content-Length": str(end - start)} | (part if ranged else {})
        self.send_head(206 if ranged else 200, head)
        if self.command != "HEAD":
            self._send_bytes(file, start, end)

    @property
    def _asked_range(self) -> str:
        return "" if self.hub.ignores_ranges else self.headers.get("Range", "")

    def _range(self, size: int) -> tuple[int, int]:
        if not self._asked_range:
            return 0, size
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self._asked_range)
        first, last = match.groups() if match else ("", "")
        if first:
            start, end = int(first), min(int(last) + 1 if last else size, size)
        else:
            start, end = max(0, size - int(last or 0)), size
        if start >= end:
            length = {"Content-Range": f"bytes */{size}"}
            raise Refusal(416, "", "The requested range is not satisfiable", **length)
        return start, end

    def _send_bytes(self, file: StoredFile, start: int, end: int) -> None:
        cut = self.fault.cut_after if self.fault else -1
        stop = min(end, start + cut) if cut >= 0 else end
        with _opened(file) as source:
            source.seek(start)
            for position in range(start, stop, PIECE):
                piece = source.read(min(PIECE, stop - position))
                self.wfile.write(piece)
                self.hub.count(file.path, len(piece))
        if cut >= 0:
            self._end_early()

    def _end_early(self) -> None:
        self.wfile.flush()
        if self.fault and self.fault.reset:
            # With nothing to linger for, closing is a reset: what is still under way is lost.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
        raise Ended


class CdnHandler(Handler):
    """Large files by their sha256, at addresses that are signed and expire. No tokens here."""

    at_cdn = True

    def answer(self, address: str) -> None:
        wanted = address.rpartition("/")[2]
        files = (
            file
            for repo in self.hub.repos.values()
            for tree in repo.commits.values()
            for file in tree.values()
            if file.sha256 == wanted
        )
        file = next(files, None)
        if file is None or "X-Amz-Signature" not in self.query:
            raise Refusal(403, "", "AccessDenied")
        self.meet(file.path, with_body=True)
        self.send_file(file, {"Content-Type": "binary/octet-stream"})


class HubHandler(Handler):
    """`/api/…`, and files at `/…/resolve/…`."""

    at_cdn = False

    def answer(self, address: str) -> None:
        self.form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if address == "/api/agent-harnesses":
            self.send_json({"standardEnvVars": [], "harnesses": {}})
        elif match := re.fullmatch(
            r"/api/resolve-cache/(model|dataset)s/(.+?)/(\w{40})/(.+)", address
        ):
            self._resolve_cache(*match.groups())
        elif match := re.fullmatch(r"/api/(model|dataset)s/(.+)", address):
            self.meet(unquote(address))
            self._api(*match.groups())
        elif match := re.fullmatch(r"/(datasets/)?(.+?)/resolve/([^/]+)/(.+)", address):
            folder, id, revision, path = match.groups()
            self._resolve("dataset" if folder else "model", id, unquote(revision), unquote(path))
        else:
            raise Refusal(404, "", "Not Found")

    def _api(self, kind: str, rest: str) -> None:
        match = re.fullmatch(
            r"([^/]+(?:/[^/]+)??)(?:/(revision|tree|paths-info|refs|discussions)(?:/([^/]+))?(?:/(.+))?)?",
            rest,
        )
        id, what, revision, path = match.groups() if match else (rest, None, None, None)
        repo = self._repository(kind, unquote(id), listing=True)
        if what == "refs":
            return self.send_json(repo.listed_refs())
        if what == "discussions":
            return self.send_json(repo.discussions())
        commit = self._commit(repo, unquote(revision or "main"))
        if what == "tree":
            return self._tree(repo, commit, unquote(path or ""))
        if what == "paths-info":
            return self._paths_info(repo, commit)
        blobs = self.query.get("blobs", [""])[0].lower() == "true"
        return self.send_json(repo.info(commit, blobs=blobs))

    def _tree(self, repo: Repository, commit: str, under: str) -> None:
        deep = self.query.get("recursive", [""])[0].lower() == "true"
        start, size = int(self.query.get("cursor", ["0"])[0]), self.hub.page_size
        prefix = f"{under}/" if under else ""
        found = [entry for entry in _entries(repo, commit) if str(entry["path"]).startswith(prefix)]
        if not deep:
            found = [entry for entry in found if "/" not in str(entry["path"])[len(prefix) :]]
        if under and not found:
            raise Refusal(404, "EntryNotFound", f"{under} does not exist on {commit}")
        address = f"{self.hub.url}{urlsplit(self.path).path}?recursive={deep}&cursor={start + size}"
        more = {"Link": f'<{address}>; rel="next"'} if len(found) > start + size else {}
        self.send_json(found[start : start + size], headers=more)

    def _paths_info(self, repo: Repository, commit: str) -> None:
        wanted = parse_qs(self.form).get("paths", [])
        self.send_json([entry for entry in _entries(repo, commit) if entry["path"] in wanted])

    def _resolve(self, kind: str, id: str, revision: str, path: str) -> None:
        self.meet(path)
        repo = self._repository(kind, id, listing=False)
        commit = self._commit(repo, revision)
        file = repo.commits[commit].get(path)
        if file is None:
            raise Refusal(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": commit})
        head = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes", "ETag": f'"{file.etag}"'}
        head |= {"X-Linked-Size": str(file.size), "X-Linked-ETag": f'"{file.etag}"'}
        if file.sha256:
            place = (
                f"{self.hub.cdn_url}/repos/{file.sha256}?X-Amz-Expires=3600&X-Amz-Signature=5ec2e7"
            )
            self._redirect(302, place, head)
        else:
            place = f"/api/resolve-cache/{kind}s/{id}/{commit}/{quote(path)}"
            self._redirect(307, place, head)

    def _resolve_cache(self, kind: str, id: str, commit: str, path: str) -> None:
        repo = self._repository(kind, id, listing=False)
        file = repo.commits[commit][unquote(path)]
        self.meet(file.path, with_body=True)
        self.send_file(file, {"X-Repo-Commit": commit, "Content-Type": "text/plain; charset=utf-8"})

    def _redirect(self, status: int, place: str, head: Mapping[str, str]) -> None:
        body = b"" if self.command == "HEAD" else f"Redirecting to {place}".encode()
        self.send_head(status, {**head, "Location": place, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _repository(self, kind: str, id: str, *, listing: bool) -> Repository:
        """The repository if it exists and the bearer may read it."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.hub.tokens:
            raise Refusal(401, "", "Invalid credentials in Authorization header")
        repo = self.hub.repos.get((kind, id))
        closed = repo is not None and repo.token and token != repo.token
        if repo is None or (closed and not repo.gated):
            raise Refusal(404 if token else 401, "RepoNotFound", "Repository not found")
        if repo.disabled:
            raise Refusal(403, "", "Access to this resource is disabled.")
        if closed and not listing:
            restricted = f"Access to {kind} {id} is restricted."
            raise Refusal(403 if token else 401, "GatedRepo", restricted)
        return repo

    def _commit(self, repo: Repository, revision: str) -> str:
        commit = repo.commit_of(revision)
        if commit is None:
            raise Refusal(404, "RevisionNotFound", f"Invalid rev id: {quote(revision, safe='')}")
        return commit


def _entries(repo: Repository, commit: str) -> list[dict[str, object]]:
    files = [file.entry() for file in repo.commits[commit].values()]
    folders = [
        {"type": "directory", "path": path, "size": 0, "oid": "0" * 40}
        for path in repo.folders(commit)
    ]
    return sorted([*files, *folders], key=lambda entry: str(entry["path"]))


def _opened(file: StoredFile) -> BinaryIO:
    return file.source.open("rb") if isinstance(file.source, Path) else BytesIO(file.source)
