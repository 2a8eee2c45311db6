"""Fixtures that every test may use; a package's own stand in its conftest."""

import importlib.util
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Defaults of the assets' configurations are read when their modules are imported.
os.environ["ARTLENS_HOME"] = tempfile.mkdtemp(prefix="artlens-tests-")

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.gallery_fixtures import gallery
from artlens_pipeline_tests.hub.fixtures import hub
from artlens_pipeline_tests.painted_gallery import FILES

__all__ = ["gallery", "hub"]


# The same examples every time; `--hypothesis-profile default` looks for others.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_configure() -> None:
    """A suite in the background inherits SIGINT as ignored, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """What a test, or the code in it, exports is gone with the test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _no_dead_instance() -> Iterator[None]:
    """Instances that were not closed last in, first out leave Dagster with a closed one's storage.

    Definitions that are then loaded would ask it.
    """
    from dagster._core.storage.defs_state.base import set_defs_state_storage

    with set_defs_state_storage(None):
        yield


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real paintings and awkward files beside the checkout; skips where absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs ../shared/data (real paintings), which is not here")
    return SHARED_DATA


@pytest.fixture(scope="session")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A painted gallery of `FILES` files, of which two are damaged. Not to be changed."""
    folder = tmp_path_factory.mktemp("painted")
    paint_gallery(folder, FILES)
    return folder


@pytest.fixture(scope="session")
def finished(painted: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of `painted` after one `artlens run --compare`. Not to be changed."""
    home = Home(tmp_path_factory.mktemp("finished") / "home").create()
    home.settings.write_text("[source]\nshard_size = 16\n")
    artlens(home, "run", str(painted), "--compare", check=True)
    return home


@pytest.fixture
def without_mongod(tmp_path: Path) -> Path:
    """A folder for PYTHONPATH in which the installed FiftyOne lacks its `mongod`."""
    spec, package = importlib.util.find_spec("fiftyone"), tmp_path / "site" / "fiftyone"
    assert spec is not None and spec.origin is not None
    installed = Path(spec.origin).parent
    package.mkdir(parents=True)
    for entry in installed.iterdir():
        if entry.name != "db":
            (package / entry.name).symlink_to(entry)
    (package / "db" / "bin").mkdir(parents=True)
    (package / "db" / "__init__.py").touch()
    (package / "db" / "bin" / "exception.txt").write_text("the host was out of reach")
    return tmp_path / "site"
