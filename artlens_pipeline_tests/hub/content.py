"""Repositories of the local Hub: files, commits, refs, and who may read them. No HTTP."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LARGE = 10_000_000  # bytes from which any file is kept in large-file storage
LARGE_KINDS = {".parquet", ".safetensors", ".bin"}
Content = Path | Mapping[str, Path | bytes | str]


@dataclass(frozen=True)
class StoredFile:
    """One file by its content's names: the git blob id, and the sha256 where it is a large file."""

    path: str
    source: Path | bytes
    size: int
    blob: str
    sha256: str | None

    @property
    def etag(self) -> str:
        return self.sha256 or self.blob

    def sibling(self) -> dict[str, object]:
        """As repository info tells it with `?blobs=true`."""
        large = {"sha256": self.sha256, "size": self.size, "pointerSize": 134}
        known = {"rfilename": self.path, "size": self.size, "blobId": self.blob}
        return {**known, "lfs": large} if self.sha256 else known

    def entry(self) -> dict[str, object]:
        """As a tree listing tells it."""
        large = {"oid": self.sha256, "size": self.size, "pointerSize": 134}
        known = {"type": "file", "path": self.path, "size": self.size, "oid": self.blob}
        return {**known, "lfs": large} if self.sha256 else known


@dataclass
class Repository:
    """A model or data set: trees by commit, and refs that name commits.

    `token` is the only one that reads a private or gated repository.
    """

    kind: str
    id: str
    token: str = ""
    gated: bool = False
    disabled: bool = False
    commits: dict[str, dict[str, StoredFile]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)  # of pull requests, by ref

    def commit(self, content: Content, revision: str) -> str:
        """A new commit whose tree is `content`; `revision` moves to it."""
        files = {path: _stored(path, source) for path, source in _sources(content).items()}
        tree = {path: file.blob for path, file in files.items()}
        parts = [self.kind, self.id, self.refs.get(revision), tree]
        name = hashlib.sha1(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        self.commits[name] = files
        self.refs[revision] = name
        return name

    def commit_of(self, revision: str) -> str | None:
        name = self.refs.get(revision.removeprefix("refs/heads/").removeprefix("refs/tags/"))
        return name or self.refs.get(revision) or (revision if revision in self.commits else None)

    def folders(self, commit: str) -> set[str]:
        parents = (Path(path).parents for path in self.commits[commit])
        return {folder.as_posix() for some in parents for folder in some} - {"."}

    def info(self, commit: str, *, blobs: bool) -> dict[str, object]:
        """As `/api/models/…` and `/api/datasets/…` answer."""
        files = self.commits[commit].values()
        return {
            "id": self.id,
            "sha": commit,
            "private": bool(self.token) and not self.gated,
            "gated": "auto" if self.gated else False,
            "disabled": self.disabled,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [file.sibling() if blobs else {"rfilename": file.path} for file in files],
        }

    def listed_refs(self) -> dict[str, list[dict[str, str]]]:
        """As `/api/…/refs` answers."""
        found: dict[str, list[dict[str, str]]] = {
            "branches": [],
            "converts": [],
            "tags": [],
            "pullRequests": [],
        }
        places = {"refs/convert/": "converts", "refs/pr/": "pullRequests"}
        for name, commit in self.refs.items():
            place = next((p for start, p in places.items() if name.startswith(start)), "branches")
            ref = name if name.startswith("refs/") else f"refs/heads/{name}"
            short = name.removeprefix("refs/convert/")
            found[place].append({"name": short, "ref": ref, "targetCommit": commit})
        return found

    def discussions(self) -> dict[str, object]:
        """As `/api/…/discussions` answers: the pull requests among the refs."""
        found = [
            {
                "num": int(name.rpartition("/")[2]),
                "title": "A pull request",
                "status": "open",
                "isPullRequest": True,
                "author": {"name": self.authors.get(name, "a-painter")},
                "createdAt": "2026-01-01T00:00:00.000Z",
                "repo": {"name": self.id, "type": self.kind},
            }
            for name in self.refs
            if name.startswith("refs/pr/")
        ]
        return {"discussions": found, "count": len(found), "start": 0}


def _sources(content: Content) -> dict[str, Path | bytes]:
    if isinstance(content, Path):
        files = sorted(path for path in content.rglob("*") if path.is_file())
        return {path.relative_to(content).as_posix(): path for path in files}
    return {
        path: source.encode() if isinstance(source, str) else source
        for path, source in content.items()
    }


def _stored(path: str, source: Path | bytes) -> StoredFile:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    blob = hashlib.sha1(f"blob {size}\0".encode())
    sha256 = hashlib.sha256()
    if isinstance(source, Path):
        with source.open("rb") as file:
            while piece := file.read(1 << 20):
                blob.update(piece)
                sha256.update(piece)
    else:
        blob.update(source)
        sha256.update(source)
    large = size >= LARGE or Path(path).suffix in LARGE_KINDS
    return StoredFile(path, source, size, blob.hexdigest(), sha256.hexdigest() if large else None)
