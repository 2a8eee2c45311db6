"""The home of a collection: the paths that ArtLens writes to, the environment that finds it."""

import os
import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from upath import UPath

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.place import COMPUTE, Place
from artlens_pipeline.plugins import VARIABLE, link_plugins

PACKAGE = files("artlens_pipeline")
LAKE = "ARTLENS_LAKE"
"""The variable that names where results lie, such as s3://bucket/prefix."""


@dataclass(frozen=True)
class Home:
    """`ARTLENS_HOME`: one folder that holds one collection and all state of it."""

    root: Path

    @classmethod
    def current(cls) -> "Home":
        """The home named by `ARTLENS_HOME`, else `.artlens` in the working directory.

        ArtLensError where the latter is another user's: a home may hold settings and plugins that
        run code, so only a person's own, or one that is named, is taken.
        """
        named = os.environ.get("ARTLENS_HOME")
        home = cls(Path(named or ".artlens").expanduser().absolute())
        if not named and _of_another_user(home.root):
            raise ArtLensError(
                f"{home.root} belongs to another user, who could let it run programs as you; if "
                "you trust it, set ARTLENS_HOME to it"
            )
        return home

    @property
    def results(self) -> UPath:
        """Where lake and thumbnails lie: `ARTLENS_LAKE`, by default the home itself."""
        named = os.environ.get(LAKE, "")
        return UPath(_checked(named)) if named else UPath(self.root)

    @property
    def lake(self) -> Path:
        """Parquet results, where they are in the home; locks of those who write them."""
        return self.root / "lake"

    @property
    def media(self) -> Path:
        """Thumbnails, where they are in the home; bytes of works whose source is no folder."""
        return self.root / "media"

    @property
    def cache(self) -> Path:
        """Copies of what lies elsewhere; all of it may be removed."""
        return self.root / "cache"

    @property
    def originals(self) -> Path:
        """Image files of works whose source holds none, such as Parquet."""
        return self.media / "originals"

    @property
    def runtimes(self) -> Path:
        """Encoders converted for a faster runtime."""
        return self.root / "runtimes"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that a person queries."""
        return self.root / "artlens.duckdb"

    @property
    def report(self) -> Path:
        """The HTML file that a person opens or sends."""
        return self.root / "report.html"

    @property
    def exports(self) -> Path:
        """What `artlens export` wrote where, so that it knows its own again."""
        return self.root / "exports"

    @property
    def dagster(self) -> Path:
        """Dagster's instance (`DAGSTER_HOME`)."""
        return self.root / "dagster"

    @property
    def fiftyone(self) -> Path:
        """The files of FiftyOne's embedded MongoDB."""
        return self.root / "fiftyone"

    @property
    def plugins(self) -> Path:
        """The plugins of the FiftyOne App."""
        return self.root / "plugins"

    @property
    def collection(self) -> Path:
        """What the home holds: sources, selection, encoder."""
        return self.root / "collection.json"

    @property
    def settings(self) -> Path:
        """A person's own values over the packaged `artlens.toml`."""
        return self.root / "artlens.toml"

    @property
    def vocabulary(self) -> Path:
        """A person's own label sets over the packaged `vocabulary.toml`."""
        return self.root / "vocabulary.toml"

    @property
    def writable(self) -> bool:
        """Whether it can be written to; one that cannot is still good to search and to query."""
        there = next(path for path in (self.root, *self.root.parents) if path.exists())
        return os.access(there, os.W_OK)

    def create(self) -> "Home":
        """Make the folders and write Dagster's instance configuration; keep what is there."""
        try:
            for folder in (self.lake, self.media, self.dagster, self.fiftyone):
                folder.mkdir(parents=True, exist_ok=True)
            _copy_if_absent("dagster.yaml", self.dagster / "dagster.yaml")
            _copy_if_absent("home.toml", self.settings)
            link_plugins(self.plugins)
        except OSError as error:
            raise self.not_writable(error) from error
        return self

    def not_writable(self, error: OSError) -> ArtLensError:
        """What to say where something in the home could not be written."""
        return ArtLensError(
            f"cannot write to the home {self.root} ({error.strerror}); search, sql, export and the "
            "report that stands need no more, for all else set ARTLENS_HOME to a folder that can "
            "be written to"
        )

    def environment(self) -> dict[str, str]:
        """Variables by which plain `dagster` and `fiftyone` see this home.

        A person's presets win, but for those that another home left behind. The folder of plugins
        holds a link to the one that a person set.
        """
        with as_file(PACKAGE / "app" / "manifest.json") as manifest:
            values = {
                "DAGSTER_HOME": str(self.dagster),
                "FIFTYONE_DATABASE_DIR": str(self.fiftyone),
                "FIFTYONE_DO_NOT_TRACK": "true",
                # Else it prints that the mongod of its own wheel is an old one.
                "FIFTYONE_DATABASE_VALIDATION": "false",
                # Else the App has no button that queues: Dagster is no orchestrator that it knows.
                "FIFTYONE_ALLOW_LEGACY_ORCHESTRATORS": "true",
            }
        presets = {name: os.environ.get(name, "") for name in values}
        for name in ("DAGSTER_HOME", "FIFTYONE_DATABASE_DIR"):
            if self._foreign(presets[name]):
                presets[name] = ""
        kept = {name: text for name, text in presets.items() if text}
        zoo = "FIFTYONE_MODEL_ZOO_MANIFEST_PATHS"
        manifests = filter(None, os.environ.get(zoo, "").split(","))
        all_manifests = dict.fromkeys([*manifests, str(manifest)])
        ours = {"ARTLENS_HOME": str(self.root), VARIABLE: str(self.plugins)}
        if os.environ.get(LAKE):
            ours[LAKE] = str(self.results)
        if os.environ.get(COMPUTE):
            ours[COMPUTE] = Place.current().name
        return {**values, **kept, **ours, zoo: ",".join(all_manifests)}

    def _foreign(self, preset: str) -> bool:
        """Whether a path lies in another home."""
        owner = Home(Path(preset).parent)
        is_home = owner.collection.is_file() or (owner.settings.is_file() and owner.lake.is_dir())
        return bool(preset) and is_home and owner.root.resolve() != self.root.resolve()


def _checked(lake: str) -> str:
    """`ARTLENS_LAKE` as a URL without a slash at its end; ArtLensError where it is none of S3."""
    bucket, _, prefix = lake.removeprefix("s3://").partition("/")
    if lake.startswith("s3://") and bucket and not set("@:?#") & set(bucket):
        return f"s3://{bucket}/{prefix}".rstrip("/")
    raise ArtLensError(
        f"{LAKE} is not of the form s3://bucket/prefix; results in a folder go where ARTLENS_HOME "
        "says, and keys of S3 into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )


def _of_another_user(folder: Path) -> bool:
    if not hasattr(os, "geteuid"):  # Windows
        return False
    try:
        return folder.stat().st_uid != os.geteuid()
    except OSError:
        return False


def _copy_if_absent(resource: str, target: Path) -> None:
    if not target.exists():
        with as_file(PACKAGE / resource) as source:
            shutil.copyfile(source, target)
