"""A run whose results lie in a bucket gives what one in the home gives."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from upath import UPath

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline_tests.command import COMMAND, environment

WHERE = {"thumbnail_path", "uri", "version"}
"""Columns that say where something lies, or in which version of the index."""
ABOUT = {"table_provenance"}
"""When what was made."""
SHOWN = """
import json, os
from artlens_pipeline.resources.gallery import connect
print(json.dumps(connect(os.environ).load_dataset("artlens").values("thumbnail_path")))
"""


def run(home: Home, *arguments: str, lake: str = "") -> str:
    env = {**environment(home), **({"ARTLENS_LAKE": lake} if lake else {})}
    done = subprocess.run(
        [COMMAND, *arguments], env=env, check=False, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tables(home: Home) -> dict[str, str]:
    """Every row of every table, as text, but for `WHERE` and `ABOUT`."""
    found = {}
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        names = connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()
        for name in {name for (name,) in names} - ABOUT:
            columns = [row[0] for row in connection.sql(f'DESCRIBE "{name}"').fetchall()]
            chosen = ", ".join(f'"{column}"' for column in columns if column not in WHERE)
            found[name] = repr(connection.sql(f'SELECT {chosen} FROM "{name}"').fetchall())
    return found


def thumbnails_shown(home: Home, lake: str) -> list[str]:
    """The files that FiftyOne shows, as a process of its own finds them: one serves one home."""
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        env={**environment(home), **home.environment(), "ARTLENS_LAKE": lake},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
def test_it_gives_the_same_and_all_commands_work(bucket: UPath, tmp_path: Path) -> None:
    paint_gallery(pictures := tmp_path / "pictures", 60)
    here, there = (Home(tmp_path / name).create() for name in ("here", "there"))
    for home in (here, there):
        home.settings.write_text("[source]\nshard_size = 16\n")
    lake = str(bucket)
    run(here, "run", str(pictures))
    run(there, "run", str(pictures), lake=lake)
    assert tables(here) == tables(there)
    assert "nothing to recompute" in run(there, "run", lake=lake)

    assert f"in {bucket}/lake" in run(there, "doctor", lake=lake)
    assert "works" in run(there, "sql", "SELECT count(*) AS works FROM artworks", lake=lake)
    assert run(there, "search", "a dark portrait", lake=lake) == run(
        here, "search", "a dark portrait"
    )
    run(there, "report", lake=lake)
    assert there.report.read_text().count("data:image") == here.report.read_text().count(
        "data:image"
    )
    assert not [*there.lake.rglob("*.parquet")] and not [*there.media.rglob("*.jpg")]

    os.environ["ARTLENS_LAKE"] = lake
    files, lost = ThumbnailFiles.of(there), "f" * 24
    (stray := files.file(lost)).parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"of no work")
    open_lake(there).storage.remove([UPath(open_lake(there).path("uniqueness_scores"))])
    run(there, "gc", "--yes", lake=lake)
    assert not stray.exists()
    run(there, "run", lake=lake)
    assert tables(here) == tables(there)

    shown = thumbnails_shown(there, lake)
    assert len(shown) > 50 and all(Path(p).parts[-3] == "thumbnails" for p in shown)
    assert all(Path(path).is_relative_to(there.cache) and Path(path).is_file() for path in shown)
