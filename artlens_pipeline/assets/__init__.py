"""The asset graph, thin: read, call one pure function, write, return metadata."""

import warnings

# Ranges of shards rest on it, and the version of Dagster is pinned.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`.*is currently in beta")
# The encoder rests on it.
warnings.filterwarnings("ignore", message="Function `multi_observable_source_asset`.*in beta")
