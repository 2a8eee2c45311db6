"""The report: one HTML file that shows the atlas without a server, a network or ArtLens.

Belongs here: what of the warehouse is shown (`gather`, `chapters/`), pictures within a budget of
bytes (`pictures`, `sprites`, `choice`), and the page (`page`, `templates/`, `static/`). Does not
belong here: results; Dagster; anything that a page would have to fetch.
"""
