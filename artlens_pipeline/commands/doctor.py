"""`artlens doctor`: what a home needs, what is there, and how to mend what is missing."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from artlens_pipeline.assets.chosen_captioner import standing_revision
from artlens_pipeline.captioners import captioner_info
from artlens_pipeline.collection import Collection
from artlens_pipeline.commands.check import check_settings
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.place import Place
from artlens_pipeline.home import Home
from artlens_pipeline.resources.gallery import connect, mongod_status
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.space import readable
from artlens_pipeline.resources.vector_backends import BACKENDS, OWN, require, variable
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.settings import load_settings

MIN_FREE_GB = 2.0


@dataclass(frozen=True)
class Finding:
    """One examined thing; `detail` says what is there, or how to mend it."""

    subject: str
    ok: bool
    detail: str


def examine(home: Home) -> list[Finding]:
    """Every finding; nothing is changed."""
    checks: tuple[Callable[[Home], Finding], ...] = (
        _home, _lake, _compute, _settings, _disk, _mongod, _similarity, _encoder, _captioner,
        _warehouse, _runs,
    )  # fmt: skip
    return [_guarded(check, home) for check in checks]


def _guarded(check: Callable[[Home], Finding], home: Home) -> Finding:
    try:
        return check(home)
    except (ArtLensError, OSError, ValueError) as error:
        return Finding(check.__name__.strip("_"), False, str(error))
    except Exception as error:  # a database of another version, or damaged, says it in its own way
        line = " ".join(str(error).split())[:300]
        return Finding(check.__name__.strip("_"), False, f"{type(error).__name__}: {line}")


def _home(home: Home) -> Finding:
    collection = Collection.load(home)
    held = ", ".join(source.uri for source in collection.sources)
    detail = f"{home.root} holds {held or 'nothing yet; artlens run FOLDER'}"
    if home.root.exists() and not home.writable:
        detail += "; it cannot be written to: search, sql, export and the report that stands work"
        return Finding("home", False, f"{detail}, all else needs a home that can be written to")
    return Finding("home", True, detail)


def _lake(home: Home) -> Finding:
    lake = open_lake(home)
    files = lake.storage.found(lake.root)  # also says whether a bucket can be reached
    size = readable(sum(entry.bytes for entry in files.values()))
    return Finding("lake", True, f"{len(files)} files, {size}, in {lake.root}")


def _compute(home: Home) -> Finding:
    from artlens_pipeline.fanout.ray_cluster import describe

    return Finding("compute", True, describe(Place.current()))


def _settings(home: Home) -> Finding:
    check_settings()
    defaults, own = load_settings(home.root / "none"), load_settings(home.settings)
    changed = [
        f"[{section}] {key} = {value!r}"
        for section, values in own.items()
        for key, value in values.items()
        if value != defaults[section][key]
    ]
    return Finding("settings", True, "; ".join(changed) or "as packaged")


def _disk(home: Home) -> Finding:
    place = next(path for path in (home.root, *home.root.parents) if path.exists())
    free = shutil.disk_usage(place).free / 1e9
    detail = f"{free:.1f} GB free at {place}"
    if free < MIN_FREE_GB:
        detail += "; make room, or set ARTLENS_HOME to another disk"
    return Finding("disk", free >= MIN_FREE_GB, detail)


def _mongod(home: Home) -> Finding:
    status = mongod_status(home.environment())
    return Finding("mongod", status.available, status.detail)


def _similarity(home: Home) -> Finding:
    """What serves the App's searches; loads FiftyOne only to ask a vector database."""
    backend = load_settings(home.settings)["fiftyone_dataset"]["similarity"]
    if backend == OWN:
        return Finding("similarity", True, "searches in the App are served by the lake's index")
    if backend not in BACKENDS:
        choices = ", ".join([OWN, *BACKENDS])
        raise ArtLensError(f"[fiftyone_dataset] similarity is {backend!r}; there is: {choices}")
    connect(home.environment())
    require(backend)
    return Finding("similarity", True, f"{backend} answers, where {variable(backend)} says")


def _encoder(home: Home) -> Finding:
    collection = Collection.load(home)
    info = encoder_info(collection.encoder_or_default(home), collection.revision)
    collection.check_encoder(info.revision)
    facts = f"{info.id}, revision {info.revision}, {info.dimension} dimensions"
    return Finding("encoder", True, "; ".join(filter(None, (facts, collection.advice(home)))))


def _captioner(home: Home) -> Finding:
    name = load_settings(home.settings)["captions"]["captioner"]
    info = captioner_info(name, standing_revision(open_lake(home), name))
    return Finding("captioner", True, f"{info.id}, revision {info.revision}")


def _runs(home: Home) -> Finding:
    from artlens_pipeline.commands.mend import dead_runs

    if not home.writable:
        return Finding("runs", True, "not looked at, as the home cannot be written to")
    if found := dead_runs(home):
        detail = f"{', '.join(found)}: on record as at work, but the process is gone"
        return Finding("runs", False, f"{detail}; `artlens doctor --fix` ends them")
    return Finding("runs", True, "none that died without saying so")


def _warehouse(home: Home) -> Finding:
    warehouse = Warehouse(home.warehouse)
    rows = warehouse.rows()
    detail = f"{rows[WIDE]} works in {home.warehouse}"
    if stale := warehouse.stale():
        names = ", ".join(stale)
        detail += f"; stale: {names}; `artlens run` renews them (variants: `artlens run --compare`)"
    return Finding("warehouse", True, detail)
