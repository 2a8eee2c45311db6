"""Parquet files on this machine: a folder of them, a glob, or one file."""

import glob
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.walking import file_stamp, files_under, printable, real_path

SUFFIX = ".parquet"


@dataclass(frozen=True)
class ParquetFolder:
    """The Parquet files under `root`, or those that match `pattern` in it where one is given.

    Their names are POSIX paths inside `root`. `uri`: the absolute path or glob.
    """

    uri: str
    root: Path
    pattern: str = ""

    @classmethod
    def open(cls, path: str) -> "ParquetFolder":
        """The files that `path` means: a folder, a file or a glob (`**` for any folders).

        What exists is no glob, whatever signs are in its name.
        """
        whole = Path(path).absolute()
        if whole.is_dir():
            return cls(str(whole.resolve()), whole.resolve())
        if whole.exists():
            root = whole.parent.resolve()
            return cls(str(root / whole.name), root, glob.escape(whole.name))
        magic = [glob.has_magic(part) for part in whole.parts]
        fixed = magic.index(True) if True in magic else len(magic) - 1
        root, pattern = Path(*whole.parts[:fixed]).resolve(), Path(*whole.parts[fixed:])
        return cls(str(root / pattern), root, str(pattern))

    @property
    def revision(self) -> str:
        """None: files change in place."""
        return ""

    def stamps(self) -> dict[str, str]:
        """Every file, by name; ArtLensError where there is none."""
        found = {self._name(file): file_stamp(file) for file in self._files()}
        if not found:
            raise ArtLensError(
                f"no Parquet file at {self.uri}; give a folder, file or glob of them"
            )
        return dict(sorted(found.items()))

    def reader(self, name: str) -> BinaryIO:
        """The file, in place."""
        try:
            return real_path(self.root / name).open("rb")
        except OSError as error:
            raise ArtLensError(f"{self.root / name} cannot be read ({error.strerror})") from error

    def local(self, name: str, stamp: str) -> Path:
        """The file, in place; ArtLensError when it is not in this state any more."""
        file = real_path(self.root / name)
        if file_stamp(file) != stamp:
            raise ArtLensError(f"{file} has changed since source_catalog; materialize that first")
        return file

    def download(self, name: str, stamp: str) -> Mapping[Path, int]:
        """Nothing."""
        return {}

    def _files(self) -> list[Path]:
        if not self.pattern:
            return list(files_under(self.root, frozenset({SUFFIX})))
        try:
            found = [file for file in self.root.glob(self.pattern) if file.suffix.lower() == SUFFIX]
        except ValueError as error:
            raise ArtLensError(f"{self.uri} is no glob ({error}); mend it") from error
        # As in a shell: hidden files (macOS writes some beside every file) only where asked for.
        hidden = _is_hidden(Path(self.pattern))
        inside = (file for file in found if hidden or not _is_hidden(file.relative_to(self.root)))
        return [file for file in inside if not file.is_dir()]

    def _name(self, file: Path) -> str:
        return printable(file.relative_to(self.root))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
