"""What a run leaves: every table whole, every asset made once, nothing made twice."""

from pathlib import Path

import dagster as dg
import duckdb

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import DESCRIBED, TABLES
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.painted_gallery import FILES, WORKS


def test_every_table_is_there_and_nothing_is_stale(finished: Home) -> None:
    rows = Warehouse(finished.warehouse).rows()
    assert set(rows) == {*TABLES, "artworks", "table_provenance", "shard_status"}
    assert rows["artworks"] == rows["raw_samples"] == rows["clip_embeddings"] == WORKS
    assert rows["rejected_samples"] == FILES - WORKS and rows["source_catalog"] == FILES
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
            nullable |= {"p_value", "p_adjusted", "silhouette", "stability"}
            assert floats.drop(columns=nullable & set(floats)).notna().all(axis=None), table
    may_be_null = {"near_duplicate_group", "extra", "year", "hdbscan_cluster_name"}
    may_be_null |= {"style_doubt", "genre_doubt"}
    assert artworks.drop(columns=may_be_null).notna().all(axis=None)
    assert artworks["sample_id"].is_unique
    assert all(Path(path).is_file() for path in artworks["thumbnail_path"])


def test_each_asset_was_materialized_once(finished: Home) -> None:
    with dg.DagsterInstance.from_config(str(finished.dagster)) as instance:
        shards = instance.get_dynamic_partitions("shards")
        assert shards == [f"shard-{n:05d}" for n in range(4)]
        first = instance.get_runs(ascending=True)[:7]
        assert [run.job_name for run in first] == [
            "catalog",
            "ingest",
            "embed",
            "describe",
            "analyse",
            "compare",
            "publish",
        ]
        runs = {run.run_id for run in first}
        sharded = {"raw_samples", "image_quality", "clip_embeddings", *DESCRIBED}
        whole = set(TABLES) - sharded - {"rejected_samples"}
        assets = {key.to_user_string() for key in instance.all_asset_keys()}
        made_here = sharded | whole | {"duckdb_warehouse", "fiftyone_dataset", "report"}
        assert assets == made_here | {"encoder"}, "which is looked at, not made"
        for name in made_here:
            found = instance.fetch_materializations(dg.AssetKey(name), limit=500).records
            made = sorted(str(item.partition_key) for item in found if item.run_id in runs)
            assert made == (shards if name in sharded else ["None"])


def test_a_second_run_recomputes_nothing_and_says_so(finished: Home) -> None:
    files = {path: path.stat().st_mtime_ns for path in finished.lake.rglob("*.parquet")}
    again = artlens(finished, "run")
    assert again.returncode == 0, again.stderr
    assert "nothing to recompute" in again.stdout
    assert files == {path: path.stat().st_mtime_ns for path in finished.lake.rglob("*.parquet")}


def test_a_reader_does_not_block_a_run(finished: Home) -> None:
    with duckdb.connect(str(finished.warehouse), read_only=True) as reader:
        assert artlens(finished, "run").returncode == 0
        assert reader.execute("SELECT count(*) FROM artworks").fetchone() == (WORKS,)
