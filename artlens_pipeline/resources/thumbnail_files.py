"""Where thumbnails lie: in the home, or in a bucket and, as far as they are looked at, in a cache.

Belongs here: names, and copying between bucket and cache. Does not belong here: what is in them
(`resources.thumbnails`).
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from upath import UPath

from artlens_pipeline.home import Home
from artlens_pipeline.storage import Entry, is_remote, storage_of

TOGETHER = 16


@dataclass(frozen=True)
class ThumbnailFiles:
    """Of the works of a lake; `folder` is where this machine reads and writes them."""

    root: UPath
    folder: Path

    @classmethod
    def of(cls, home: Home) -> "ThumbnailFiles":
        """Of a home, and of the lake that it has now."""
        root = home.results / "media" / "thumbnails"
        return cls(root, home.cache / "thumbnails" if is_remote(root) else Path(str(root)))

    def name(self, sample_id: str) -> str:
        """How the lake calls a work's thumbnail; 256 folders, so that none grows large."""
        return f"{self.root}/{_place(sample_id)}"

    def file(self, sample_id: str) -> Path:
        """Where this machine has it, or will."""
        return self.folder / _place(sample_id)

    def local(self, name: str) -> Path:
        """The file of a thumbnail that the lake calls so; in the cache it may be lacking."""
        return self.file(Path(name).stem) if is_remote(name) else Path(name)

    def shown(self, name: object) -> object:
        """What FiftyOne is told of a thumbnail: its file, where it may be one of a bucket."""
        return str(self.local(name)) if isinstance(name, str) and is_remote(name) else name

    def there(self, name: str) -> bool:
        """Whether there is one of that name; of a bucket as it was when this was first asked."""
        return UPath(name) in self._listed if is_remote(name) else Path(name).exists()

    def put(self, sample_ids: Iterable[str]) -> None:
        """Bring those that were written here into the bucket, if there is one."""
        if is_remote(self.root):
            with ThreadPoolExecutor(TOGETHER) as pool:
                list(pool.map(self._put, sample_ids))

    def fetch(self, names: Iterable[object]) -> dict[str, str]:
        """The files of these thumbnails, by name; the cache then has what the bucket has of them.

        What is not in the cache, or of another size there, is copied: a request each.
        """
        files = {name: self.local(name) for name in names if isinstance(name, str) and name}
        remote = {UPath(name): file for name, file in files.items() if is_remote(name)}
        if remote:
            held = self._listed
            _copy({name: file for name, file in remote.items() if not _same(file, held, name)})
        return {name: str(file) for name, file in files.items()}

    @cached_property
    def _listed(self) -> dict[UPath, Entry]:
        return storage_of(self.root).found(self.root)

    def _put(self, sample_id: str) -> None:
        with storage_of(self.root).whole(UPath(self.name(sample_id))) as sink:
            sink.write(self.file(sample_id).read_bytes())


def opened(name: str) -> str:
    """The file of a thumbnail that the lake calls so, fetched where this home's cache lacks it."""
    if not is_remote(name):
        return name
    file = ThumbnailFiles.of(Home.current()).local(name)
    if not file.exists():
        _copy({UPath(name): file})
    return str(file)


def _place(sample_id: str) -> str:
    return f"{sample_id[:2]}/{sample_id}.jpg"


def _same(file: Path, held: Mapping[UPath, Entry], name: UPath) -> bool:
    """Also of what the bucket lacks, of which no better copy can be had."""
    return name not in held or (file.exists() and file.stat().st_size == held[name].bytes)


def _copy(wanted: Mapping[UPath, Path]) -> None:
    """Into the cache; what is not in the bucket is left out."""
    names = list(wanted)
    if not names:
        return
    for name, source in zip(names, storage_of(names[0]).read(names), strict=True):
        if source is not None:
            file = UPath(wanted[name])
            with storage_of(file).whole(file) as sink:
                sink.write(source.read())
