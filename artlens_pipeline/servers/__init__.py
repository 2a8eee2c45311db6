"""Dagster's and FiftyOne's web servers, let answer nobody but the person before the screen.

Neither has a log-in, and neither asks who asks: a page of the web that is open in a person's
browser could launch runs, or, by a name of its own that it lets point to this machine (DNS
rebinding), read every file that the person may read. Belongs here: `guard`, and how each server is
started behind it. Does not belong here: what `artlens ui` and `artlens app` do beside (`commands`).
"""
