"""`artlens app`: the FiftyOne App on the collection's workspace."""

import sys

from artlens_pipeline.collection import Collection
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery
from artlens_pipeline.servers.guard import exposure
from artlens_pipeline.settings import load_settings


def serve(home: Home, address: str, port: int, browser: bool) -> None:
    """Open the App and wait until it is closed; ArtLensError when there is nothing to open."""
    if said := exposure(address):
        print(said, file=sys.stderr, flush=True)
    name = load_settings(home.settings)["fiftyone_dataset"]["name"]
    gallery.connect(home.create().environment())
    session = gallery.launch(name, port=port, address=address, open_browser=browser)
    if said := Collection.load(home).advice(home):
        print(said)
    print(f"FiftyOne: http://{address}:{port}  (Ctrl-C ends it)", flush=True)
    session.wait(-1)
