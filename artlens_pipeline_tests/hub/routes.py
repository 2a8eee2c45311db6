"""What the local Hub and its CDN answer to which address, as the true ones do."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, quote, unquote, urlsplit

from artlens_pipeline_tests.hub.content import Repository
from artlens_pipeline_tests.hub.handler import Handler, Refusal


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
