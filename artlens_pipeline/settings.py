"""The one place from which defaults come: the packaged `artlens.toml` under the home's own."""

import functools
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import PACKAGE, Home

Settings = dict[str, dict[str, Any]]
GREATEST_SEED = 2**31 - 1
"""What every library behind a seed takes, and GraphQL's and JavaScript's whole numbers hold."""


def load_settings(own: Path) -> Settings:
    """Packaged defaults with the values of the file `own` (if it exists) over them.

    Raises ArtLensError for a table, key or type that the packaged file does not have.
    """
    settings: Settings = tomllib.loads((PACKAGE / "artlens.toml").read_text())
    for section, values in _read(own).items():
        if not isinstance(values, dict):
            raise ArtLensError(f"{own}: {section} stands in no [table]; put it into one")
        for key, value in values.items():
            _check(own, settings, section, key, value)
            settings[section][key] = value
    return settings


@functools.cache
def current_settings() -> Settings:
    """The settings in force for this process' home."""
    return load_settings(Home.current().settings)


def setting(section: str, key: str, description: str, **constraints: Any) -> Any:
    """A pydantic field of a `dg.Config` whose default is `[section] key` of the settings."""
    value = current_settings()[section][key]
    return Field(default=value, description=description, validate_default=True, **constraints)


def seed_setting(section: str, description: str) -> Any:
    """`setting` of a section's `seed`."""
    return setting(section, "seed", description, ge=0, le=GREATEST_SEED)


def _read(own: Path) -> Settings:
    if not own.is_file():
        return {}
    try:
        return tomllib.loads(own.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArtLensError(f"{own} is not valid TOML ({error}); mend or remove it") from error


def _check(own: Path, settings: Settings, section: str, key: str, value: Any) -> None:
    known = settings.get(section)
    if known is None or key not in known:
        place = ", ".join(settings) if known is None else ", ".join(known)
        raise ArtLensError(f"{own}: [{section}] {key} is no setting; there is: {place}")
    default = known[key]
    number = isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool)
    if not number and type(value) is not type(default):
        raise ArtLensError(f"{own}: [{section}] {key} = {value!r} should be like {default!r}")
