"""Which ArtLens this is: two that differ in a line may make other results."""

from functools import cache
from importlib.resources import as_file

from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import PACKAGE


@cache
def code_digest() -> str:
    """16 hex digits over the package's modules and packaged settings."""
    with as_file(PACKAGE) as folder:
        files = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".toml"})
        return digest([(str(p.relative_to(folder)), p.read_text(encoding="utf-8")) for p in files])
