"""Which plugins the FiftyOne App of a home loads: that of ArtLens, and a person's own.

FiftyOne looks in one folder, so a home has one with a link to each. Does not belong here: what our
plugin does (`app`).
"""

import os
from pathlib import Path

OURS = Path(__file__).with_name("app") / "plugin"
VARIABLE = "FIFTYONE_PLUGINS_DIR"
USUAL = Path("~/fiftyone/__plugins__")
"""Where FiftyOne keeps plugins if nothing else is said."""


def link_plugins(folder: Path) -> None:
    """Make `folder` hold links to both; what else is in it, such as a download, stays."""
    folder.mkdir(parents=True, exist_ok=True)
    _link(folder / "artlens", OURS)
    own = _own(folder)
    if own:
        _link(folder / "own", own)


def _own(folder: Path) -> Path | None:
    """The folder of a person's plugins; None where there is none, or the link to it stands."""
    named = os.environ.get(VARIABLE)
    own = Path(named or USUAL).expanduser().absolute()
    of_a_home = (own / "artlens").is_symlink()
    return None if own == folder or of_a_home or not own.is_dir() else own


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():  # of a home that was copied, links and all
        return
    made = link.with_name(f".{link.name}.{os.getpid()}")
    made.symlink_to(target, target_is_directory=True)
    made.replace(link)
