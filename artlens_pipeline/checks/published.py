"""Of what a person opens: it says what the lake says."""

import duckdb

from artlens_pipeline.assets.inputs import read_edges
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge
from artlens_pipeline.report.standing import faults
from artlens_pipeline.resources import gallery
from artlens_pipeline.resources.lake import SHARDED, Lake
from artlens_pipeline.resources.standing import standings
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.settings import load_settings
from artlens_pipeline.tables import TABLES, joined_tables


@check("duckdb_warehouse", blocking=True)
def agrees_with_lake(subject: Subject) -> Finding:
    """Every table has the lake's rows, and `artworks` one row a work with the lake's values."""
    lake, warehouse = subject.lake, Warehouse(subject.home.warehouse)
    held = [name for name in TABLES if lake.version(name)]
    counts = warehouse.rows()
    with warehouse.read() as connection:
        works = _strangers(connection, lake)
        values = {name: _other_values(connection, lake, name) for name in held}
    wrong = sorted(name for name in held if values[name] or counts.get(name) != _rows(lake, name))
    if (wrong or works) and _older(lake, warehouse):
        return Finding(True, OLDER)
    return judge(
        not wrong and not works,
        f"{len(held)} tables and {counts[WIDE]} works, as in the lake",
        f"the warehouse does not say what the lake says: {works} works are lost, twice or not in "
        f"raw_samples, and other rows or values are in {', '.join(wrong) or 'no table'}; remove "
        f"{subject.home.warehouse} and run again: it is made anew",
        works=counts[WIDE],
        strangers=works,
        tables=", ".join(wrong),
    )


@check("fiftyone_dataset", blocking=True)
def agrees_with_warehouse(subject: Subject) -> Finding:
    """The dataset shows the works of `artworks`, each as it is there."""
    with Warehouse(subject.home.warehouse).read() as connection:
        artworks = connection.execute(f"SELECT * FROM {WIDE}").df()  # noqa: S608  # our own name
    gallery.connect(subject.home.environment())
    defaults = load_settings(subject.home.settings)["fiftyone_dataset"]
    name = {**defaults, **subject.config}["name"]
    files = ThumbnailFiles.of(subject.home)
    artworks["thumbnail_path"] = artworks["thumbnail_path"].map(files.shown)
    found = gallery.deviations(name, artworks, subject.limits.sample, subject.limits.seed)
    amiss = found.absent | found.foreign | found.differing
    return judge(
        not amiss,
        f"{len(artworks)} works, as in the warehouse",
        f"the dataset lacks {len(found.absent)} works, shows {len(found.foreign)} that are none, "
        f"and says other things of {len(found.differing)}; in FiftyOne: del "
        "dataset.info['artlens']['fingerprint'], dataset.save(); then run again: it is published "
        "anew, with your tags",
        works=len(artworks),
        absent=len(found.absent),
        foreign=len(found.foreign),
        differing=len(found.differing),
        compared=min(subject.limits.sample, len(artworks)),
        sample_ids=examples(amiss),
    )


@check("report", blocking=False)
def self_contained(subject: Subject) -> Finding:
    """The report needs nothing but itself, lets nothing run but its own script, and can be sent."""
    path = subject.home.report
    if not path.is_file():
        return Finding(False, f"there is no report at {path}; make it with `artlens report`")
    page = path.read_text(encoding="utf-8")
    found = faults(page)
    size = len(page.encode())
    return judge(
        not found,
        f"one file of {size / 1e6:.1f} MB that loads nothing",
        f"the report {path} does not stand alone: {'; '.join(found)}; remove it and run again: it "
        "is made anew",
        bytes=size,
        faults=len(found),
    )


def _rows(lake: Lake, name: str) -> int:
    if name == "neighbor_graph":  # the warehouse has it as edges
        return len(read_edges(lake))
    shards: list[str] | list[None] = lake.shards(name) if name in SHARDED else [None]
    return sum(lake.rows(name, shard) for shard in shards)


def _strangers(connection: duckdb.DuckDBPyConnection, lake: Lake) -> int:
    """Works that are not once in raw_samples and once in `artworks`."""
    connection.register("works", lake.read("raw_samples", ["sample_id"]))
    query = f"""
        SELECT count(*) FROM (SELECT sample_id, count(*) AS n FROM works GROUP BY 1) AS l
        FULL JOIN (SELECT sample_id, count(*) AS n FROM {WIDE} GROUP BY 1) AS a USING (sample_id)
        WHERE l.n IS DISTINCT FROM 1 OR a.n IS DISTINCT FROM 1
    """  # noqa: S608  # our own name
    return _number(connection, query)


def _other_values(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> int:
    """Works of which `artworks` says something else than the table; 0 for those not in it."""
    left_out = {"raw_samples": [], **joined_tables()}.get(name)
    if left_out is None:
        return 0
    columns = [column for column in TABLES[name].names if column not in ("sample_id", *left_out)]
    connection.register("own", lake.read(name, ["sample_id", *columns]))
    differs = " OR ".join(f'own."{column}" IS DISTINCT FROM a."{column}"' for column in columns)
    query = f"SELECT count(*) FROM own JOIN {WIDE} AS a USING (sample_id) WHERE {differs}"  # noqa: S608
    return _number(connection, query)


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((found,),) = connection.execute(query).fetchall()
    return int(found)


def _older(lake: Lake, warehouse: Warehouse) -> bool:
    """Whether a table of the lake was made again since it was published."""
    query = "SELECT table_name, fingerprint FROM table_provenance WHERE table_name <> ?"
    with warehouse.read() as connection:
        published = dict(connection.execute(query, [WIDE]).fetchall())
    return published != {item.table: item.made.fingerprint for item in standings(lake)}
