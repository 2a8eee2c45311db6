"""A home's folder of plugins: ours and a person's own, whatever was set before."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline import plugins
from artlens_pipeline.collection import Collection
from artlens_pipeline.home import Home
from artlens_pipeline.plugins import OURS, VARIABLE, link_plugins
from artlens_pipeline.sources.selection import Selection
from artlens_pipeline_tests.command import COMMAND, environment


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """No preset, and a person's home folder that holds nothing."""
    for name in [name for name in os.environ if name.startswith(("FIFTYONE_", "DAGSTER_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "person").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    yield monkeypatch


def links(home: Home) -> dict[str, Path]:
    return {link.name: link.readlink() for link in home.plugins.iterdir()}


def own_folder(at: Path) -> Path:
    (at / "mine").mkdir(parents=True)
    (at / "mine" / "fiftyone.yml").write_text("name: '@me/mine'\noperators: []\n")
    return at


def test_ours_alone(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home").create()
    assert links(home) == {"artlens": OURS}
    assert (home.plugins / "artlens" / "fiftyone.yml").is_file()
    assert home.environment()[VARIABLE] == str(home.plugins)


def test_a_persons_preset(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    own = own_folder(tmp_path / "my plugins")
    clean.setenv(VARIABLE, str(own))
    home = Home(tmp_path / "home").create()
    assert links(home) == {"artlens": OURS, "own": own}
    assert home.environment()[VARIABLE] == str(home.plugins)


def test_where_fiftyone_keeps_them(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    own = own_folder(tmp_path / "person" / "fiftyone" / "__plugins__")
    home = Home(tmp_path / "home").create()
    assert links(home) == {"artlens": OURS, "own": own}
    assert (home.plugins / "own" / "mine" / "fiftyone.yml").is_file()


@pytest.mark.parametrize("preset", ["", "/no/such/folder"])
def test_a_preset_that_is_nothing(tmp_path: Path, clean: pytest.MonkeyPatch, preset: str) -> None:
    clean.setenv(VARIABLE, preset)
    assert links(Home(tmp_path / "home").create()) == {"artlens": OURS}


def test_applied_twice_nothing_changes(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    own = own_folder(tmp_path / "mine")
    clean.setenv(VARIABLE, str(own))
    home = Home(tmp_path / "home").create()
    first = home.environment()
    for name, value in first.items():
        clean.setenv(name, value)
    assert home.create().environment() == first
    assert links(home) == {"artlens": OURS, "own": own}
    clean.delenv(VARIABLE)  # by another shell, in which nothing is set
    assert links(home.create()) == {"artlens": OURS, "own": own}


def test_what_another_home_exported_does_not_leak(
    tmp_path: Path, clean: pytest.MonkeyPatch
) -> None:
    clean.setenv(VARIABLE, str(own_folder(tmp_path / "mine")))
    first = Home(tmp_path / "first").create()
    Collection().admit("/a", Selection()).save(first)
    for name, value in first.environment().items():
        clean.setenv(name, value)
    second = Home(tmp_path / "second").create()
    assert links(second) == {"artlens": OURS}
    assert second.environment()[VARIABLE] == str(second.plugins)


def test_a_package_that_moved_is_linked_anew(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home").create()
    moved = tmp_path / "elsewhere" / "plugin"
    clean.setattr(plugins, "OURS", moved)
    assert links(home.create()) == {"artlens": moved}  # also where it is not there yet
    clean.setattr(plugins, "OURS", OURS)
    assert links(home.create()) == {"artlens": OURS}


def test_what_a_person_downloads_into_it_stays(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home").create()
    own_folder(home.plugins / "downloaded")
    (home.plugins / "artlens").unlink()
    own_folder(home.plugins / "artlens")  # of a home that was copied, links and all
    link_plugins(home.plugins)
    assert sorted(path.name for path in home.plugins.iterdir()) == ["artlens", "downloaded"]
    assert (home.plugins / "artlens" / "mine").is_dir()


def test_env_names_it_in_a_shell(tmp_path: Path) -> None:
    home = Home(tmp_path / "it's a home")
    script = f'eval "$({COMMAND} env)"; printf %s "$FIFTYONE_PLUGINS_DIR"'
    shown = subprocess.run(
        ["bash", "-c", script], env=environment(home), capture_output=True, text=True, check=True
    )
    assert shown.stdout == str(home.plugins)
