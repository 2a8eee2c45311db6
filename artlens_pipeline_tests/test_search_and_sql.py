"""`artlens search` and `artlens sql` over a finished home."""

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.painted_gallery import works

LABELLED = "SELECT sample_id, style, artist FROM artworks WHERE style IS NOT NULL ORDER BY ALL"


def test_search_by_text_as_json(finished: Home) -> None:
    found = json.loads(artlens(finished, "search", "a night sky", "--json", check=True).stdout)
    assert len(found) == 10
    fields = {"sample_id", "similarity", "title", "artist", "style", "genre", "filepath"}
    assert all(set(item) == fields for item in found)
    similarities = [item["similarity"] for item in found]
    assert similarities == sorted(similarities, reverse=True)


def test_search_by_image_finds_that_image_first(finished: Home, painted: Path) -> None:
    picture = painted / works(painted)[7]["path"]
    output = artlens(finished, "search", "--image", str(picture), "-k", "3", "--json", check=True)
    found = json.loads(output.stdout)
    assert len(found) == 3
    assert Path(found[0]["filepath"]).name == picture.name
    assert found[0]["similarity"] == pytest.approx(1, abs=1e-4)


def test_search_by_palette_takes_names_of_colours_an_image_or_a_work(
    finished: Home, painted: Path
) -> None:
    def found(*asked: str) -> list[dict[str, Any]]:
        output = artlens(
            finished, "search", *asked, "--by", "palette", "-k", "4", "--json", check=True
        )
        assert not output.stderr, "no encoder is asked"
        listed: list[dict[str, Any]] = json.loads(output.stdout)
        return listed

    picture = painted / works(painted)[7]["path"]
    own, *others = found("--image", str(picture))
    assert Path(own["filepath"]).name == picture.name and own["similarity"] > 0.98
    like = found("--like", own["sample_id"])
    assert [item["sample_id"] for item in like[:3]] == [item["sample_id"] for item in others]
    assert len(found("ochre and deep blue")) == 4


def test_filters_leave_works_out(finished: Home) -> None:
    rows = json.loads(artlens(finished, "sql", "--json", LABELLED, check=True).stdout)
    style = rows[0]["style"]
    artists = {row["artist"] for row in rows if row["style"] == style}
    asked = ("search", "blue", "--style", style.upper(), "--artist-not", min(artists), "--json")
    found = json.loads(artlens(finished, *asked, "-k", "100", check=True).stdout)
    assert {item["sample_id"] for item in found} == {
        row["sample_id"] for row in rows if row["style"] == style and row["artist"] != min(artists)
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--style", "'; DROP TABLE artworks; --"), "no work has the style"),
        (("x", "--unique-above", "2"), "uniqueness is from 0 to 1"),
        (("x", "--by", "smell"), "look or palette"),
        (("stormy", "--by", "palette"), "no colour is called 'stormy'"),
        (("--like", "0" * 24), "no work has the sample_id"),
        (("x", "--year-from", "1900", "--year-to", "1800"), "swap them"),
    ],
)
def test_a_filter_that_means_nothing_is_one_line(
    finished: Home, arguments: tuple[str, ...], said: str
) -> None:
    failed = artlens(finished, "search", *arguments)
    assert failed.returncode == 2 and said in failed.stderr and not failed.stdout
    assert len(failed.stderr.splitlines()) == 1


def test_the_small_encoder_is_said_where_its_results_are(finished: Home) -> None:
    searched = artlens(finished, "search", "blue", "--json", check=True)
    assert "small encoder" in searched.stderr and "--encoder openai/" in searched.stderr
    assert json.loads(searched.stdout)
    assert "small encoder" in artlens(finished, "doctor").stdout


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
    "query", ["SELECT * FROM read_text('/etc/hostname')", "SELECT nothing FROM nowhere"]
)
def test_a_query_that_is_refused_is_told_in_words(finished: Home, query: str) -> None:
    failed = artlens(finished, "sql", query)
    assert failed.returncode == 2 and failed.stderr.startswith("artlens: ")
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("arguments", [("sql",), ("export", "x.csv", "--sql")])
def test_an_endless_query_ends_by_ctrl_c(
    finished: Home, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    query = "WITH RECURSIVE t AS (SELECT 1 i UNION ALL SELECT i + 1 FROM t) SELECT max(i) FROM t"
    process = subprocess.Popen(
        [COMMAND, *arguments, query],
        env=environment(finished),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while psutil.Process(process.pid).num_threads() < 2:  # the query has one of its own
        assert process.poll() is None
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [("sql",), ("export", "x.csv", "--sql")])
def test_an_error_that_quotes_a_title_does_not_drive_the_terminal(
    finished: Home, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    query = "SELECT CAST(title || chr(27) || '[31mred' AS INT) FROM artworks"
    failed = artlens(finished, *arguments, query, cwd=tmp_path)
    assert failed.returncode == 2 and "Conversion Error" in failed.stderr
    assert "[31mred" in failed.stderr and "\x1b" not in failed.stderr


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
