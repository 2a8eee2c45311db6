"""`[fiftyone_dataset] similarity` from end to end: runs, App and command, by the setting alone."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lancedb
import psycopg2
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import COMMAND, environment
from artlens_pipeline_tests.gallery_app import running_app, sort_ids
from artlens_pipeline_tests.painted_gallery import WORKS
from artlens_pipeline_tests.postgres import DATABASE, PASSWORD, USER, running_postgres, why_not

TEXT = "a night sky"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not("vector")), reason=why_not("vector") or "-"),
]


@dataclass(frozen=True)
class Setting:
    """A home with a Postgres and a folder for LanceDB, both named by FiftyOne's variables."""

    home: Home
    postgres: str
    tables: str

    @property
    def variables(self) -> dict[str, str]:
        return {
            "FIFTYONE_BRAIN_SIMILARITY_PGVECTOR_CONNECTION_STRING": self.postgres,
            "FIFTYONE_BRAIN_SIMILARITY_LANCEDB_URI": self.tables,
        }

    def artlens(self, *arguments: str) -> str:
        done = subprocess.run(
            [COMMAND, *arguments],
            env={**environment(self.home), **self.variables},
            check=False,
            capture_output=True,
            text=True,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def choose(self, backend: str) -> None:
        """Set it, run, and see that `doctor` says so."""
        setting = f'[fiftyone_dataset]\nsimilarity = "{backend}"\n'
        self.home.settings.write_text(f"[source]\nshard_size = 16\n{setting}")
        self.artlens("run")
        assert f"{backend} answers" in self.artlens("doctor")

    def searched(self, *query: str, k: int = 10) -> dict[str, float]:
        """The works that the command finds, best first, and how similar they are."""
        said = self.artlens("search", *query, "-k", str(k), "--json")
        return {work["sample_id"]: work["similarity"] for work in json.loads(said)}

    def in_postgres(self) -> int:
        """Tables."""
        connection = psycopg2.connect(self.postgres)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            (found,) = cursor.fetchone()
        connection.close()
        return int(found)

    def in_lancedb(self) -> int:
        """Tables."""
        return len(lancedb.connect(self.tables).list_tables().tables)


@pytest.fixture
def setting(painted: Path, tmp_path: Path) -> Iterator[Setting]:
    home = Home(tmp_path / "home").create()
    home.settings.write_text("[source]\nshard_size = 16\n")
    password = PASSWORD.replace("'", "\\'")
    with running_postgres("vector") as server:
        where = f"host=127.0.0.1 port={server.port} dbname={DATABASE} user={USER}"
        found = Setting(home, f"{where} password='{password}'", str(tmp_path / "lancedb"))
        found.artlens("run", str(painted))
        yield found


def test_the_app_finds_what_the_command_finds(setting: Setting) -> None:
    texts = [*setting.searched(TEXT)]
    images = setting.searched("--like", texts[3], k=WORKS) | {texts[3]: 1.0}
    nearest = sorted(images.values(), reverse=True)[:11]
    for backend in ("pgvector", "lancedb"):
        setting.choose(backend)
        assert (setting.in_postgres(), setting.in_lancedb()) == (
            (1, 0) if backend == "pgvector" else (0, 1)
        )
        assert "nothing to recompute" in setting.artlens("run")
        variables = {**setting.home.environment(), **setting.variables}
        with running_app("artlens", variables) as url:
            assert sort_ids(url, "artlens", TEXT) == texts
            assert len(sort_ids(url, "artlens", TEXT, k=WORKS)) == WORKS
            found = sort_ids(url, "artlens", texts[3], k=11)  # copies of a picture tie
            assert [images[i] for i in found] == pytest.approx(nearest, abs=1e-5)
    setting.home.settings.write_text("[source]\nshard_size = 16\n")
    setting.artlens("run")
    assert "served by the lake's index" in setting.artlens("doctor")
    assert (setting.in_postgres(), setting.in_lancedb()) == (0, 0)
    text = setting.artlens("sql", "--json", "SELECT * FROM table_provenance")
    record = b"".join(path.read_bytes() for path in setting.home.dagster.rglob("*.db"))
    for secret in (PASSWORD, setting.postgres):
        assert secret not in text and secret.encode() not in record
