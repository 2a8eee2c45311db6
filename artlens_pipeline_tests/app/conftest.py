"""The plugin's gallery, for every test of the App's parts."""

from artlens_pipeline_tests.app.atlas_fixtures import atlas, atlas_gallery, works

__all__ = ["atlas", "atlas_gallery", "works"]
