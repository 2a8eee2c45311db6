"""Whether the settings in force are within the bounds that the assets ask for."""

from pydantic import ValidationError

from artlens_pipeline.errors import ArtLensError


def check_settings() -> None:
    """ArtLensError that names the first default that an asset's configuration does not take."""
    import dagster as dg

    from artlens_pipeline import definitions  # noqa: F401  # defines the configurations

    ours = "artlens_pipeline.assets."
    for configuration in dg.Config.__subclasses__():
        if not configuration.__module__.startswith(ours):
            continue
        try:
            configuration()
        except ValidationError as error:
            first = error.errors()[0]
            key, said = ".".join(map(str, first["loc"])), first["msg"]
            raise ArtLensError(
                f"artlens.toml: {key} = {first['input']!r}: {said}; mend it in your home's file"
            ) from error
