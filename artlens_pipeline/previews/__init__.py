"""What a person sees of each asset in Dagster's UI: a small picture or table that says the most.

Belongs here: arrays, frames and paths of thumbnails in, a `Picture` or a `Table` out. Does not
belong here: Dagster, but for `metadata`; results, which previews only show.
"""
