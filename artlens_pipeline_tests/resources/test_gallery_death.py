"""A `mongod` that ends or cannot start: one clear line, the person's tags, and the next publish."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline_tests.gallery_app import clean_environment
from artlens_pipeline_tests.gallery_fixtures import ENCODER, TABLE, Gallery, environment
from artlens_pipeline_tests.resources.test_gallery_database import answer, finish, start

pytestmark = pytest.mark.slow  # MongoDB and its driver wait for each other

PUBLISH = """
import json, os, signal, sys
import pandas as pd
from pymongo import monitoring
from artlens_pipeline.resources import gallery
request = json.loads(sys.argv[1])
moments, heard, armed = request["moments"], [], False

class Killer(monitoring.CommandListener):
    def started(self, event):
        heard.append(event.command_name)
        if armed and moments and heard.count(moments[0][0]) >= moments[0][1]:
            moments.pop(0)
            os.kill(pid, getattr(signal, request["signal"]))
    def succeeded(self, event): pass
    def failed(self, event): pass

monitoring.register(Killer())
works = pd.read_parquet(request["works"])
said = []

def publish(title):
    global pid, armed
    fo = gallery.connect(request["env"])
    from fiftyone.core.odm import get_db_client
    pid = get_db_client().admin.command("serverStatus")["pid"]
    heard.clear()
    armed = True
    try:
        gallery.publish("a", works.assign(title=title), **request["index"])
        said.append("")
    except gallery.GalleryUnavailable as error:
        said.append(str(error))
    armed = False
    if request["signal"] == "SIGSTOP":
        os.kill(pid, signal.SIGCONT)
    return fo

later, moments = moments, []
fo = publish("before")
sample = fo.load_dataset("a").first()
sample.tags.append("mine")
sample.save()
from fiftyone.core.odm import get_db_client
get_db_client().admin.command("fsync")  # what a person did a tenth of a second ago may not last
moments = later
while moments:
    publish(f"during {len(moments)}")
publish("after")
dataset = fo.load_dataset("a", reload=True)
titles = sorted(set(dataset.values("title")))
tags, runs = dataset.count_sample_tags(), dataset.list_brain_runs()
print(json.dumps([said, titles, len(dataset), tags, runs, dataset.list_saved_views()]))
"""


@pytest.fixture
def works(gallery: Gallery, tmp_path: Path) -> Path:
    gallery.artworks.to_parquet(tmp_path / "works.parquet")
    return tmp_path / "works.parquet"


def publish(gallery: Gallery, works: Path, name: str, moments: list[tuple[str, int]]) -> list:
    """What a process says of its publishes, in each of which `name` is sent to the `mongod`.

    `moments`: at the how manieth command of which name.
    """
    index = {"encoder": ENCODER, "index_uri": str(gallery.index), "table_name": TABLE}
    request = {
        "env": environment(works.parent / "database"),
        "works": str(works),
        "index": index,
        "moments": moments,
        "signal": name,
    }
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH, json.dumps(request)],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("moments", [[("update", 7)], [("find", 9), ("insert", 4)]])
def test_killed_in_the_middle_of_a_publish(
    gallery: Gallery, works: Path, moments: list[tuple[str, int]]
) -> None:
    """While documents, indexes or views are written; the same process then goes on."""
    said, titles, count, tags, runs, views = publish(gallery, works, "SIGKILL", moments)
    assert [bool(text) for text in said] == [False, *([True] * len(moments)), False]
    for text in said[1:-1]:
        assert text.startswith("FiftyOne's database ended or no longer answers (")
        assert "run again" in text and "\n" not in text
    assert (titles, count, tags) == (["after"], 24, {"mine": 1})
    assert "clip_sim" in runs and "most_unique" in views


def test_one_that_hangs_is_given_up(gallery: Gallery, works: Path) -> None:
    said, titles, *_ = publish(gallery, works, "SIGSTOP", [("update", 7)])
    assert "no longer answers" in said[1] and (said[2], titles) == ("", ["after"])


def test_a_damaged_database_is_said_at_once_in_its_own_words(tmp_path: Path) -> None:
    env = environment(tmp_path / "database")
    healthy = start(env)
    assert answer(healthy)["pid"]
    finish(healthy)
    (tmp_path / "database" / "WiredTiger.turtle").write_text("not that")
    process = start(env)
    said = answer(process)["error"]
    finish(process)
    assert "can't reach its database" in said and "WiredTiger" in said and "\n" not in said
    shutil.rmtree(tmp_path / "database")
    process = start(env)
    assert answer(process)["datasets"] == []
    finish(process)


NEWER = """
import json, sys
from artlens_pipeline.resources.gallery import connect
connect(json.loads(sys.argv[1]))  # plain FiftyOne would join the mongod of another test
from fiftyone.core.odm import get_db_conn
get_db_conn().config.update_one({}, {"$set": {"version": "99.0.0"}})
"""


def test_a_database_of_a_newer_fiftyone_is_left_alone(tmp_path: Path) -> None:
    env = environment(tmp_path / "database")
    assert start(env, program=NEWER).wait(120) == 0
    process = start(env)
    said = answer(process)["error"]
    finish(process)
    assert "FiftyOne can't reach its database" in said and "99.0.0" in said and "\n" not in said


def test_a_lock_that_a_killed_one_left_is_no_hindrance(tmp_path: Path) -> None:
    env = environment(tmp_path / "database")
    process = start(env, "a")
    os.kill(answer(process)["pid"], 9)
    finish(process)
    assert (tmp_path / "database" / "mongod.lock").read_text()
    process = start(env)
    assert answer(process)["datasets"] == ["a"]
    finish(process)
