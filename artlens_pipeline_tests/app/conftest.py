from artlens_pipeline_tests.gallery_fixtures import gallery

__all__ = ["gallery"]
