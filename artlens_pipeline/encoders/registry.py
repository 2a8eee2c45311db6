"""Which encoder a name means, and which implementation serves it.

Belongs here: names, and the one table from `model_type` to implementation. Does not belong here:
any model. Implementations are imported on first use, so this module costs nothing to import.
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path

from artlens_pipeline.encoders.base import Encoder, EncoderInfo, EncoderNotFound
from artlens_pipeline.encoders.folder import CONFIG, ModelFolder

DEFAULT_ENCODER = "artlens-mini"
EMBEDDED = {DEFAULT_ENCODER: Path(__file__).parent / "artlens_mini"}
IMPLEMENTATIONS = {"artlens-mini": "artlens_pipeline.encoders.mini:MiniEncoder"}
"""`model_type` of config.json → "module:class", called with a `ModelFolder`."""


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Load an embedded encoder by name, or a model folder by its path; cached per process.

    Raises EncoderNotFound (a ValueError) where the name means nothing or the folder can't be used.
    """
    folder, info = _find(name), encoder_info(name)
    return _load(folder, info.revision)


def encoder_info(name: str = DEFAULT_ENCODER) -> EncoderInfo:
    """Read the facts of an encoder without loading it (no torch); raises EncoderNotFound."""
    folder = _find(name)
    _implementation(folder)
    return folder.info


@lru_cache(maxsize=4)
def _load(folder: ModelFolder, revision: str) -> Encoder:
    """`revision` is in the key so that a folder that was trained again is loaded again."""
    module, _, attribute = _implementation(folder).partition(":")
    encoder: Encoder = getattr(import_module(module), attribute)(folder)
    return encoder


def _find(name: str) -> ModelFolder:
    if name in EMBEDDED:
        return ModelFolder.open(name, EMBEDDED[name])
    if path := _directory(name):
        return ModelFolder.open(path.name, path)
    raise EncoderNotFound(
        f"No encoder {name!r}: give {' or '.join(map(repr, EMBEDDED))}, or the path of a model "
        f"folder in the Hugging Face manner (there is no such folder here)."
    )


def _directory(name: str) -> Path | None:
    try:
        path = Path(name).expanduser().resolve()
        return path if name.strip() and path.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # too long, no such user, a NUL
        return None


def _implementation(folder: ModelFolder) -> str:
    model_type = folder.config.get("model_type")
    if not isinstance(model_type, str) or model_type not in IMPLEMENTATIONS:
        raise EncoderNotFound(
            f"{folder.path / CONFIG} is of model_type {model_type!r}, which ArtLens can't load; "
            f"it knows {', '.join(map(repr, IMPLEMENTATIONS))}."
        )
    return IMPLEMENTATIONS[model_type]
