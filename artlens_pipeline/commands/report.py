"""`artlens report`: the report of the home, made where it is not up to date, shown or copied."""

import shutil
import webbrowser
from pathlib import Path

from artlens_pipeline.commands.materialize import execute as materialize
from artlens_pipeline.commands.outcomes import say
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import half_written
from artlens_pipeline.report.standing import holding

ASSETS = ("duckdb_warehouse", "report")


def execute(home: Home, show: bool, output: Path | None) -> int:
    """Make it and say where it is; the exit code is that of making it.

    ArtLensError before any run, where there is nothing to report, or `output` is not to be written.
    """
    if not home.warehouse.is_file():
        raise ArtLensError(f"nothing to report in {home.root}; run `artlens run FOLDER` first")
    target = _target(output)
    if not home.writable:
        if not home.report.is_file():
            raise ArtLensError(f"{home.root} holds no report and cannot be written to")
        say(f"{home.root} cannot be written to; this is the report that was made last")
    elif failed := materialize(home, ASSETS):
        return failed
    place = home.report
    if target:
        copy(home.report, target)
        place = target
    say(f"report: {place}")
    if show and not webbrowser.open(place.absolute().as_uri()):
        say("there is no browser here; open that file in one, on any machine")
    return 0


def copy(report: Path, target: Path) -> None:
    """Write the file elsewhere in one step; ArtLensError where that cannot be written to."""
    temporary = half_written(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(report, temporary)
        temporary.replace(target)
    except OSError as error:
        raise ArtLensError(
            f"cannot write {target} ({error.strerror}); give --output another place"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _target(output: Path | None) -> Path | None:
    """Where to write it; never over what is no report."""
    if output is None:
        return None
    target = output.expanduser().absolute()
    if target.is_dir():
        raise ArtLensError(f"{target} is a folder; name a file in it: {target}/report.html")
    if target.exists() and not holding(target):
        raise ArtLensError(f"{target} is no report of ArtLens, so it stays; name another file")
    return target
