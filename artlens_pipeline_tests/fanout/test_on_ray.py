"""Real Ray: a small cluster of one's own; two nodes of which one dies; the lake of a local run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.automation.jobs import over
from artlens_pipeline.fanout.place import COMPUTE
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import SHARDED, open_lake
from artlens_pipeline_tests.command import COMMAND, environment, execute, start
from artlens_pipeline_tests.dagster_dev import ROOT
from artlens_pipeline_tests.fanout.ray_nodes import Nodes, assert_same, ray_nodes, until

pytest.importorskip("ray")
PACKAGE = ROOT / "artlens_pipeline"
WORKS, SHARDS = 240, 20
RANGE = over(["shard-00000", f"shard-{SHARDS - 1:05}"])
STAGES = ("ingest", "embed", "describe")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    paint_gallery(folder, WORKS)
    return folder


@pytest.fixture(scope="module")
def local(gallery: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after a local run of the stages by shard, whose lake is kept beside it."""
    home = Home(tmp_path_factory.mktemp("local") / "home").create()
    home.settings.write_text(f"[source]\nshard_size = {WORKS // SHARDS}\n")
    execute(home, "catalog", {"source_catalog": {"config": {"source": str(gallery)}}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # as an actor of one core: it shapes the last bits
        for job in STAGES:
            execute(home, job, tags=RANGE)
    kept = home.root.with_name("kept")
    shutil.copytree(home.lake, kept / "lake")
    shutil.copy(home.collection, kept)
    return home


@pytest.fixture
def emptied(local: Home) -> Home:
    """The same home with nothing but its ledger."""
    for table in SHARDED:
        shutil.rmtree(local.lake / table, ignore_errors=True)
    shutil.rmtree(local.media, ignore_errors=True)
    return local


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = tmp_path_factory.mktemp("r")  # short: sockets lie in it
    known = {"PYTHONPATH": str(ROOT)}  # makers of the tests, which no install holds
    with ray_nodes(folder / "c", ("head", "second"), **known) as cluster:
        yield cluster
    until(lambda: not cluster.left(), 30)


def join(nodes: Nodes, monkeypatch: pytest.MonkeyPatch, compute: str) -> None:
    variables = {"RAY_AUTH_MODE", "RAY_AUTH_TOKEN"}
    for name in variables:
        monkeypatch.setenv(name, nodes.environment[name])
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    monkeypatch.setenv(COMPUTE, compute)


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said[-3000:]
    return said


@pytest.mark.slow
def test_a_node_that_dies_costs_no_shard(
    emptied: Home, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(nodes, monkeypatch, "ray")
    lake = open_lake(emptied)
    ingest = start(emptied, "ingest", tags=RANGE)
    until(lambda: nodes.decoding("second") and len(lake.shards("raw_samples")) >= 2)
    nodes.kill("second")
    assert len(lake.shards("raw_samples")) < SHARDS
    assert "an actor was lost with shard-000" in finish(ingest)
    for job in STAGES[1:]:
        execute(emptied, job, tags=RANGE)
    assert len(lake.shards("raw_samples")) == SHARDS
    assert_same(lake, open_lake(Home(emptied.root.with_name("kept"))))
    thumbnails = lake.read("raw_samples", ["thumbnail_path"])["thumbnail_path"].to_pylist()
    assert len(set(thumbnails)) == len(thumbnails) and all(map(os.path.exists, thumbnails))
    until(lambda: not nodes.actors(), 30)
    monkeypatch.setenv(COMPUTE, "local")
    written = {path: path.stat().st_mtime_ns for path in emptied.lake.rglob("*.parquet")}
    for job in STAGES:
        execute(emptied, job, tags=RANGE)
    after = {path: path.stat().st_mtime_ns for path in emptied.lake.rglob("*.parquet")}
    assert after == written, "a run here finds what actors made as its own"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_actor(
    emptied: Home, nodes: Nodes, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    join(nodes, monkeypatch, nodes.client)
    ingest = start(emptied, "ingest", tags=RANGE)
    until(lambda: bool(nodes.actors()) and nodes.decoding("head"))
    ingest.send_signal(number)
    ingest.communicate(timeout=60)
    assert ingest.returncode != 0
    until(lambda: not nodes.actors(), 60)
    execute(emptied, "ingest", tags=RANGE)
    assert len(open_lake(emptied).shards("raw_samples")) == SHARDS


DEADLY = """
import sys
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.order import Order
from artlens_pipeline.fanout.place import Place
from artlens_pipeline.fanout.on_ray import on_ray
from artlens_pipeline.fanout.ray_pool import Fleet
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.settings import load_settings
from artlens_pipeline_tests.fanout.makers import Deadly

home = Home.current()
fleet = Fleet(Place.current(), 0, 4, load_settings(home.settings)["compute"])
order = Order(Deadly, ["raw_samples"], "run", {"raw_samples": "1"})
shards = [f"shard-{number:05}" for number in range(9)]
try:
    for made in on_ray(fleet, order, shards, home, open_lake(home)):
        print(made.shard)
except ArtLensError as error:
    sys.exit(str(error))
"""


@pytest.mark.slow
def test_a_shard_that_kills_its_actors_is_not_tried_for_ever(
    local: Home, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(nodes, monkeypatch, "ray")
    done = subprocess.run(
        [sys.executable, "-c", DEADLY],
        env={**environment(local), COMPUTE: "ray"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1 and "has cost 4 actors" in done.stderr, done.stderr
    made = [line for line in done.stdout.splitlines() if line.startswith("shard-")]
    assert "shard-00000" in made and "shard-00003" not in made and len(made) == len(set(made))
    until(lambda: not nodes.actors(), 30)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["older", "none"])
def test_nodes_without_this_artlens_are_told_of(
    emptied: Home,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
) -> None:
    short = tmp_path_factory.mktemp("r")  # sockets lie in it
    package = tmp_path / "artlens_pipeline"
    if kind == "older":
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        (package / "errors.py").write_text((PACKAGE / "errors.py").read_text() + "# a line more")
    else:
        package.mkdir()
        (package / "__init__.py").touch()
    with ray_nodes(short / "c", ("head",), PYTHONPATH=str(tmp_path)) as nodes:
        join(nodes, monkeypatch, "ray")
        monkeypatch.chdir(ROOT)  # which actors must not import from
        ingest = start(emptied, "ingest", tags=RANGE)
        said, _ = ingest.communicate(timeout=200)
    # Of none, which it is hangs on how ArtLens is installed on the node.
    told = "has another version of ArtLens", "actors do not start on the Ray"
    assert ingest.returncode != 0 and any(words in said for words in told), said[-3000:]
    assert not open_lake(emptied).shards("raw_samples")


@pytest.mark.slow
def test_doctor_reaches_the_cluster_or_says_why_not(
    emptied: Home, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for compute in ("ray", nodes.client):
        join(nodes, monkeypatch, compute)
        assert "2 nodes, 2 cores, 0 GPUs" in command(emptied, "doctor").stdout
    monkeypatch.setenv("RAY_AUTH_TOKEN", "0" * 64)
    said = command(emptied, "doctor").stdout
    assert "FAIL  compute: the Ray cluster at" in said and "the same RAY_AUTH_TOKEN" in said


def command(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`artlens` with the variable that `environment` leaves out."""
    return subprocess.run(
        [COMMAND, *arguments],
        env={**environment(home), COMPUTE: os.environ[COMPUTE]},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_place_that_is_none_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(COMPUTE, "dask")
    stopped = command(Home(tmp_path / "home"), "env")
    assert stopped.returncode == 2 and "Traceback" not in stopped.stderr
    assert "ARTLENS_COMPUTE is none of local, ray, ray://host:port" in stopped.stderr


IN_ONE_PROCESS = """
import sys
from artlens_pipeline.automation.jobs import over
from artlens_pipeline.commands.driver import instance_of, run_job
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import registered

home, catalog = Home.current(), {"source": sys.argv[1], "shard_size": 30}
with instance_of(home) as instance:
    defs, config = build_defs(home), {"ops": {"source_catalog": {"config": catalog}}}
    list(run_job(defs, instance, "catalog", config=config))
    for outcome in run_job(defs, instance, "ingest", tags=over(registered(instance))):
        print(outcome)
"""


def test_a_cluster_of_ones_own(painted: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    scratch = Path(tempfile.mkdtemp(prefix="a"))  # short: sockets lie in it
    kept = {name: value for name, value in environment(home).items() if name != "RAY_ADDRESS"}
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (downloads / "cv2.py").write_text("raise ImportError('of the working directory')")
    done = subprocess.run(
        [sys.executable, "-P", "-c", IN_ONE_PROCESS, str(painted)],
        env={**kept, COMPUTE: "ray", "TMPDIR": str(scratch)},
        cwd=downloads,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lake = open_lake(home)
    assert lake.shards("raw_samples") == ["shard-00000", "shard-00001"], done.stdout + done.stderr
    assert (len(lake.read("raw_samples")), len(lake.read("rejected_samples"))) == (58, 2)
    assert "error=None" in done.stdout and "token" not in done.stderr
    scratch.rmdir()  # its files are gone with the cluster
    assert not list(home.root.glob(".seen-by*"))
