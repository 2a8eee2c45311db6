"""A folder of images, recursive, as a source. Labels come from `manifest` and `labels`."""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LISTING_COLUMNS, REMARKS
from artlens_pipeline.sources.labels import labels_from_layout
from artlens_pipeline.sources.manifest import read_manifest
from artlens_pipeline.sources.walking import ABSENT, file_stamp, files_under, printable, real_path

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg"}
    | {".jxl", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp"}
)


@dataclass(frozen=True)
class FolderSource:
    """Images under `root`; the `source_key` of a work is its POSIX path inside the folder."""

    root: Path

    @classmethod
    def open(cls, path: str) -> "FolderSource":
        """The source at `path`; ArtLensError when there is no such folder."""
        root = Path(path).resolve()
        if not root.exists():
            raise ArtLensError(f"there is no folder {root}; give the folder that holds your images")
        if not root.is_dir():
            raise ArtLensError(f"{root} is a file; give the folder that holds your images")
        return cls(root)

    @property
    def uri(self) -> str:
        """The folder's absolute path, links resolved."""
        return str(self.root)

    @property
    def revision(self) -> str:
        """None: files change in place."""
        return ""

    def listing(
        self, limit: int | None = None, held: Collection[str] = frozenset()
    ) -> pd.DataFrame:
        """All works (`LISTING_COLUMNS`): the manifest's in their order, then other files."""
        stamps = self._stamps()
        manifest = read_manifest(self.root, stamps.keys())
        columns, named = manifest.columns, set(manifest.columns["source_key"])
        unlisted = sorted(stamps.keys() - named)
        for key in unlisted:
            for name, value in {"source_key": key, **labels_from_layout(key)}.items():
                columns[name].append(value)
        keys = columns["source_key"]
        if not keys:
            raise ArtLensError(
                f"{self.root} holds no images ({' '.join(sorted(SUFFIXES))}); "
                "give a folder that does"
            )
        columns["stamp"] = [stamps.get(key) or file_stamp(f"{self.root}/{key}") for key in keys]
        listing = pd.DataFrame(columns)[list(LISTING_COLUMNS)].astype({"year": "Int32"})
        listing.attrs[REMARKS] = [*manifest.remarks, *_mismatch(listing, named, unlisted)]
        return listing

    def _stamps(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for file in files_under(self.root, SUFFIXES):
            key = printable(file.relative_to(self.root))
            if key in found:  # a byte that is not UTF-8, and a name that spells it out
                raise ArtLensError(f"{self.root} holds two files {key!r}; rename one")
            found[key] = file_stamp(file)
        return found

    def fetch(self, works: Mapping[str, str]) -> Mapping[str, Path]:
        """The works' files, in place."""
        return {key: real_path(self.root / key) for key in works}

    def need(self, works: Mapping[str, str]) -> Mapping[Path, int]:
        """Nothing."""
        return {}


def _mismatch(listing: pd.DataFrame, named: Set[str], unlisted: list[str]) -> Iterator[str]:
    """What to say where a manifest and the files do not go together."""
    lost = listing.loc[listing["stamp"] == ABSENT, "source_key"]
    if len(lost):
        yield f"{len(lost)} files that the manifest names are not there (the first: {lost.iloc[0]})"
    if named and unlisted:
        yield (
            f"{len(unlisted)} images stand in no row of the manifest (the first: {unlisted[0]}); "
            "what is known of them comes from their paths"
        )
