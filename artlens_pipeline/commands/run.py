"""`artlens run`: check the request, drive Dagster, say what was done and where to look."""

import time
from dataclasses import dataclass
from typing import Any

from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.commands.check import check_settings
from artlens_pipeline.commands.console import reporter, show_log
from artlens_pipeline.commands.encoder import fetch, pin
from artlens_pipeline.commands.outcomes import say, tell
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.progress import use_reporter
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline.sources.selection import Selection

SEARCHES = ("boats on a blue sea", "a dark portrait", "pastel trees")
"""To try in any collection."""


@dataclass(frozen=True)
class RunRequest:
    """The arguments of `artlens run`."""

    source: str | None
    limit: int | None
    sample: int | None
    seed: int
    add: bool
    replace: bool
    encoder: str | None
    compare: bool
    full_refresh: bool

    @property
    def mode(self) -> Mode:
        """What to do with another source than the home holds."""
        if self.add and self.replace:
            raise ArtLensError("--add and --replace exclude each other; give one of them")
        return "add" if self.add else "replace" if self.replace else "same"


def execute(home: Home, request: RunRequest) -> int:
    """Run every asset; the exit code: 0, or 1 when an asset or a check failed.

    ArtLensError before any run.
    """
    show_log()
    encoder = pin(home, request.encoder)
    catalog = _check(home, request)
    fetch(*encoder)
    if request.encoder:
        load_encoder(*encoder)
    from artlens_pipeline.commands.driver import instance_of, run_all

    use_reporter(reporter())
    began = time.monotonic()
    with instance_of(home) as instance:
        if request.encoder:
            Collection.load(home).with_encoder(*encoder).save(home)
        outcomes = run_all(
            home,
            instance,
            catalog,
            compare=request.compare,
            full_refresh=request.full_refresh,
        )
        failed, recomputed = tell(outcomes)
    if home.warehouse.exists():
        conclude(home, time.monotonic() - began, recomputed)
    return 1 if failed else 0


def _check(home: Home, request: RunRequest) -> dict[str, Any]:
    """The catalog's configuration; ArtLensError for anything that a person should mend first."""
    collection = Collection.load(home)
    selection = Selection(request.limit, request.sample, request.seed)
    check_settings()
    open_lake(home).shards("raw_samples")  # a bucket that cannot be reached says so now
    uri = _uri(home, collection, request, selection)
    if uri:
        source = open_source(uri, home.originals)
        collection.admit(source.uri, selection, request.mode)
        source.listing(limit=1)
    given = {"limit": request.limit, "sample": request.sample}
    chosen = {name: value for name, value in given.items() if value is not None}
    return {"source": uri, "mode": request.mode, "seed": request.seed, **chosen}


def _uri(home: Home, collection: Collection, request: RunRequest, selection: Selection) -> str:
    """The source to list; "" for those on record with the selections on record."""
    if request.source is not None:
        return open_source(request.source, home.originals).uri
    if not collection.sources:
        raise ArtLensError("no collection yet; give a folder of images: artlens run FOLDER")
    if request.add or request.replace:
        raise ArtLensError("--add and --replace need the folder: artlens run FOLDER --add")
    if selection.limit is None and selection.sample is None:
        return ""
    if len(collection.sources) > 1:
        raise ArtLensError("this home holds several sources; name the one that is meant")
    return collection.sources[0].uri


def conclude(home: Home, seconds: float, recomputed: bool) -> None:
    """Say what the home holds now, what of it is amiss, and where to look."""
    warehouse = Warehouse(home.warehouse)
    rows = warehouse.rows()
    if not recomputed:
        say("nothing to recompute: the source, the code and the parameters are unchanged")
    without = rows[WIDE] - rows.get("clip_embeddings", 0)
    if without:
        say(f"{without} works have no embedding, for the reasons above; the next run tries again")
    if stale := warehouse.stale():
        say(f"older than the rest: {', '.join(stale)}; `artlens run --compare` renews them")
    rejected = rows.get("rejected_samples", 0)
    if said := Collection.load(home).advice(home):
        say(said)
    say(f"{rows[WIDE]} works, {rejected} rejected, {seconds:.0f} s. Now look:")
    for text in SEARCHES:
        say(f'  artlens search "{text}"')
    say("  artlens app   (FiftyOne: grid, map, search)    artlens ui   (Dagster)")
    if home.report.is_file():
        say(f"  artlens report --open   (one file, to look at and to send)    {home.report}")
    say(f'  artlens sql "FROM artworks LIMIT 5"    {home.warehouse}')
