"""The science: arrays and frames in, arrays and frames out; no Dagster, no FiftyOne, no files."""
