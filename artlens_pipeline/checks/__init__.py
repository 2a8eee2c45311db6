"""What must hold of every asset, and what a person should look at: read, ask one question, answer.

Belongs here: questions (`check`) and their words. Does not belong here: the measures themselves,
which are `analysis`, and thresholds, which are `artlens.toml`.
"""
