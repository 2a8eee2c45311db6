"""ArtLens: an art collection as an explorable, queryable atlas, built by Dagster."""

__version__ = "0.1.0"
