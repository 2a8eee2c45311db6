"""No test of the Hub waits as long as a person would."""

import pytest

from artlens_pipeline.hub import asking


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BACKOFF_S", 0.01)
