"""The training of artlens-mini: `python -m artlens_pipeline.atelier.training`."""
