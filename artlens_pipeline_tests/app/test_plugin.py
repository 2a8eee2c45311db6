"""FiftyOne finds all of the plugin: of an error it only logs, of an operator left out nothing."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from artlens_pipeline.plugins import OURS, VARIABLE, link_plugins
from artlens_pipeline_tests.app.atlas_fixtures import URI, form
from artlens_pipeline_tests.gallery_fixtures import Gallery
from artlens_pipeline_tests.probe_plugin import write_plugin

MANIFEST = yaml.safe_load((OURS / "fiftyone.yml").read_text())
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_the_manifest_names_what_is_registered(atlas: Gallery) -> None:
    import fiftyone.operators as foo

    from artlens_pipeline.app.registered import REGISTERED

    panels = [item().config.name for item in REGISTERED if issubclass(item, foo.Panel)]
    names = [item().config.name for item in REGISTERED]
    assert MANIFEST["name"] == URI.rstrip("/")
    assert MANIFEST["operators"] == [name for name in names if name not in panels]
    assert MANIFEST["panels"] == panels


def test_fiftyone_finds_them(atlas: Gallery) -> None:
    import fiftyone.operators as foo

    found = [item.uri for item in foo.list_operators(builtin=False)]
    assert found == [f"{URI}{name}" for name in MANIFEST["operators"] + MANIFEST["panels"]]
    assert foo.OperatorRegistry().list_errors() == []
    assert [panel.name for panel in foo.list_operators(builtin=False, type="panel")] == (
        MANIFEST["panels"]
    )


def test_its_version_is_the_projects() -> None:
    project = tomllib.loads(PROJECT.read_text())["project"]
    assert MANIFEST["version"] == project["version"]
    (needed,) = [name for name in project["dependencies"] if name.startswith("fiftyone>")]
    assert needed == f"fiftyone{MANIFEST['fiftyone']['version']}"


def test_a_persons_plugins_are_found_beside_it(
    atlas: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fiftyone.operators as foo

    monkeypatch.setenv(VARIABLE, str(write_plugin(tmp_path / "own")))
    link_plugins(tmp_path / "plugins")
    monkeypatch.setattr(atlas.fo.config, "plugins_dir", str(tmp_path / "plugins"))
    found = {operator.uri for operator in foo.list_operators(builtin=False)}
    assert {f"{URI}cluster", "@artlens/probe/count"} <= found


def test_each_operator_says_what_it_is(works: Any) -> None:
    import fiftyone.operators as foo

    for operator in foo.list_operators(builtin=False, type="operator"):
        assert operator.config.label and operator.config.description and operator.config.icon
        whole = form(operator.name, works)
        assert whole.to_json() and not whole.invalid, operator.name


def test_a_button_above_the_grid_searches(works: Any) -> None:
    import fiftyone.operators as foo
    from fiftyone.operators.executor import resolve_placement

    placement = resolve_placement(foo.get_operator(f"{URI}find_by_text"), {}).to_json()
    assert placement["place"] == "samples-grid-secondary-actions"
    assert placement["view"]["prompt"] is True
