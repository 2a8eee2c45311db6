"""Fixtures that every test may use; what only one package needs stands in that package's conftest."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real paintings and awkward files beside the checkout; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs ../shared/data (real paintings), which is not here")
    return SHARED_DATA
