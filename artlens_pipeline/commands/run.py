"""`artlens run`: check the request, drive Dagster, say what was done and where to look."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artlens_pipeline.collection import Collection, Mode
from artlens_pipeline.commands.check import check_settings
from artlens_pipeline.commands.console import reporter
from artlens_pipeline.encoders import EMBEDDED, encoder_info, load_encoder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.progress import use_reporter
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline.sources.selection import Selection


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

    @property
    def mode(self) -> Mode:
        """What to do with another source than the home holds."""
        if self.add and self.replace:
            raise ArtLensError("--add and --replace exclude each other; give one of them")
        return "add" if self.add else "replace" if self.replace else "same"


def execute(home: Home, request: RunRequest) -> int:
    """Run every asset; the exit code: 0, or 1 when an asset failed. ArtLensError before any run."""
    catalog = _check(home, request)
    from artlens_pipeline.commands.driver import instance_of, run_all

    use_reporter(reporter())
    began, failed, recomputed = time.monotonic(), 0, False
    with instance_of(home) as instance:
        if request.encoder:
            _use_encoder(home, request.encoder)
        for outcome in run_all(home, instance, catalog):
            state = outcome.error or ("unchanged" if outcome.skipped else "made")
            _say(f"{outcome.step:<20} {outcome.seconds:7.1f} s  {state}")
            failed += outcome.error is not None
            recomputed |= not outcome.skipped
    if failed:
        _say(f"assets that failed: {failed}, for the reasons above; mend and run again")
    if home.warehouse.exists():
        _conclude(home, time.monotonic() - began, recomputed)
    return 1 if failed else 0


def _check(home: Home, request: RunRequest) -> dict[str, Any]:
    """The catalog's configuration; ArtLensError for anything that a person should mend first."""
    collection = Collection.load(home)
    selection = Selection(request.limit, request.sample, request.seed)
    if not request.encoder and collection.encoder:
        collection.check_encoder(encoder_info(collection.encoder).revision)
    elif request.encoder:
        load_encoder(request.encoder)
    check_settings()
    uri = _uri(collection, request, selection)
    if uri:
        source = open_source(uri)
        collection.admit(source.uri, selection, request.mode)
        source.listing()
    given = {"limit": request.limit, "sample": request.sample}
    chosen = {name: value for name, value in given.items() if value is not None}
    return {"source": uri, "mode": request.mode, "seed": request.seed, **chosen}


def _uri(collection: Collection, request: RunRequest, selection: Selection) -> str:
    """The source to list; "" for those on record with the selections on record."""
    if request.source is not None:
        return open_source(request.source).uri
    if not collection.sources:
        raise ArtLensError("no collection yet; give a folder of images: artlens run FOLDER")
    if request.add or request.replace:
        raise ArtLensError("--add and --replace need the folder: artlens run FOLDER --add")
    if selection.limit is None and selection.sample is None:
        return ""
    if len(collection.sources) > 1:
        raise ArtLensError("this home holds several sources; name the one that is meant")
    return collection.sources[0].uri


def _use_encoder(home: Home, name: str) -> None:
    """Put the encoder on record, a folder by its full path."""
    folder = Path(name).expanduser()
    full = str(folder.resolve()) if name not in EMBEDDED and folder.is_dir() else name
    collection = Collection.load(home).with_encoder(full, encoder_info(full).revision)
    collection.save(home)


def _conclude(home: Home, seconds: float, recomputed: bool) -> None:
    rows = Warehouse(home.warehouse).rows()
    if not recomputed:
        _say("nothing to recompute: the source, the code and the parameters are unchanged")
    without = rows[WIDE] - rows.get("clip_embeddings", 0)
    if without:
        _say(f"{without} works have no embedding, for the reasons above; the next run tries again")
    rejected = rows.get("rejected_samples", 0)
    _say(f"{rows[WIDE]} works, {rejected} rejected, {seconds:.0f} s. Now look:")
    _say('  artlens search "pastel trees"    artlens sql "FROM artworks LIMIT 5"')
    _say("  artlens app (FiftyOne)           artlens ui (Dagster)")
    _say(f"  {home.warehouse}")


def _say(line: str) -> None:
    print(line, file=sys.stdout, flush=True)
