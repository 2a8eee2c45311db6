"""The fixtures of the assets' tests: a pipeline on an empty home, and a small source."""

from artlens_pipeline_tests.assets.conftest import pipeline, source

__all__ = ["pipeline", "source"]
