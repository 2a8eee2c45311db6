"""Whether the settings in force are within the bounds that the assets ask for."""

import dagster as dg
from pydantic import ValidationError

from artlens_pipeline.checks.thresholds import Thresholds
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home


def check_settings() -> None:
    """ArtLensError that names the first default that an asset's configuration does not take."""
    try:
        _construct_all()
        Thresholds.of(Home.current())
    except ValidationError as error:
        first = error.errors()[0]
        key, said = ".".join(map(str, first["loc"])), first["msg"]
        raise ArtLensError(
            f"artlens.toml: {key} = {first['input']!r}: {said}; mend it in your home's file"
        ) from error
    except dg.DagsterInvalidDefinitionError as error:
        said = str(error).splitlines()[0]
        raise ArtLensError(f"artlens.toml: [automation] {said}; mend it in your home's file") from (
            error
        )


def _construct_all() -> None:
    from artlens_pipeline import definitions  # noqa: F401  # makes resources and configurations

    for configuration in dg.Config.__subclasses__():
        if configuration.__module__.startswith("artlens_pipeline.assets."):
            configuration()
