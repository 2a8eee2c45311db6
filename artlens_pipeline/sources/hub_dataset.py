"""The Parquet files of a data set on the Hugging Face Hub, as a store of `ParquetSource`.

What is asked of the Hub goes through `artlens_pipeline.hub`; which files make up a subset and its
splits is in `hub_split`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode

from artlens_pipeline import hub
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.hub_split import choose_files
from artlens_pipeline.sources.parquet_folder import SUFFIX

PREFIX = "hf://datasets/"
FORM = f"{PREFIX}OWNER/NAME, with @REVISION and ?subset=…&split=… where you want them"
_URI = re.compile(
    r"hf://datasets/(?P<id>[\w.-]+(?:/[\w.-]+)?)/?(?:@(?P<revision>[^?#]+))?(?:\?(?P<query>[^#]*))?"
)


@dataclass(frozen=True)
class HubDataset:
    """A data set in one revision, at one commit; subset and splits "" are the default ones."""

    id: str
    named: str
    subset: str
    split: str
    pinned: str

    @classmethod
    def open(cls, uri: str, commit: str = "") -> "HubDataset":
        """The data set that `uri` names, at a commit on record; ArtLensError for another form."""
        match = _URI.fullmatch(uri)
        query = dict(parse_qsl(match["query"] or "")) if match else {}
        if not match or query.keys() - {"subset", "split"}:
            raise ArtLensError(f"{uri} is no data set of the Hub; give {FORM}")
        subset, split = query.get("subset", ""), query.get("split", "")
        return cls(match["id"], match["revision"] or "", subset, split, commit)

    @property
    def uri(self) -> str:
        """`hf://datasets/…`, with the revision as it was named."""
        chosen = {"subset": self.subset, "split": self.split}
        query = urlencode({name: value for name, value in chosen.items() if value})
        named = f"@{self.named}" if self.named else ""
        return f"{PREFIX}{self.id}{named}{'?' if query else ''}{query}"

    @property
    def revision(self) -> str:
        """The commit."""
        return self.pinned or self._repo.commit

    def stamps(self) -> dict[str, str]:
        """Every file of the subset and its splits, with `size-hash of its bytes`."""
        card = hub.card("dataset", self.id, self.revision)
        names = [name for name in self._files if name.endswith(SUFFIX)]
        if not names:
            raise ArtLensError(
                f"{self.id} holds no Parquet files at {self.named or 'its main branch'}; try "
                f"{PREFIX}{self.id}@refs/convert/parquet, where the Hub keeps its own conversion"
            )
        chosen = choose_files(self.id, names, card, self.subset, self.split)
        return {name: self._stamp(name) for name in chosen}

    def reader(self, name: str) -> BinaryIO:
        """A file for reading parts of it: the fetched one, else over the network."""
        fetched = hub.cached("dataset", self.id, self.revision, name)
        if fetched:
            return fetched.open("rb")
        size = self._files[name].size
        return hub.open_remote("dataset", self.id, self.revision, name, size)

    def local(self, name: str, stamp: str) -> Path:
        """The file in the Hub's cache of this machine, fetched if it is not there."""
        if self._stamp(name) != stamp:
            raise ArtLensError(
                f"{name} of {self.id} has changed since source_catalog; materialize that first"
            )
        return hub.download("dataset", self.id, self.revision, name)

    def download(self, name: str, stamp: str) -> Mapping[Path, int]:
        """The file's size, unless it is in the cache."""
        if hub.cached("dataset", self.id, self.revision, name):
            return {}
        return {hub.cache_folder(): int(stamp.partition("-")[0])}

    def _stamp(self, name: str) -> str:
        file = self._files.get(name)
        return f"{file.size}-{file.oid}" if file else "absent"

    @cached_property
    def _files(self) -> dict[str, hub.HubFile]:
        return {file.path: file for file in self._repo.files}

    @cached_property
    def _repo(self) -> hub.HubRepo:
        return hub.resolve("dataset", self.id, self.pinned or self.named)
