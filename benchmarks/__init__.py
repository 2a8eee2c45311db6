"""Measurements of what ArtLens promises, side by side in one run, with the figures committed.

`make bench`, or one at a time: `python -m benchmarks start_up`. Each benchmark is a module with
`measure() -> Result`; its figures are written to `results/`, and `README.md` is made of those. What
must hold whatever the machine is a test's part, not this one's.
"""
