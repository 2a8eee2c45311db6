"""Which encoder a name means, and which implementation serves it.

Belongs here: names, and the one table from `model_type` to implementation. Does not belong here:
any model. Implementations are imported on first use, so this module costs nothing to import.
"""

from functools import lru_cache
from importlib import import_module

from artlens_pipeline.encoders import hub_model
from artlens_pipeline.encoders.base import Encoder, EncoderInfo, ModelNotFound
from artlens_pipeline.encoders.embedded import DEFAULT_ENCODER, EMBEDDED
from artlens_pipeline.encoders.families import FAMILIES, KNOWN_UNFIT
from artlens_pipeline.encoders.files import CONFIG
from artlens_pipeline.encoders.finding import Kind, model_folder
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.hub import is_commit

ENCODER = Kind("encoder", EMBEDDED)
TWO_TOWERS = "artlens_pipeline.encoders.two_towers:TwoTowerEncoder"
IMPLEMENTATIONS = {
    "artlens-mini": "artlens_pipeline.encoders.mini:MiniEncoder",
    **dict.fromkeys(FAMILIES, TWO_TOWERS),
}
"""`model_type` of config.json → "module:class", called with a `ModelFolder`."""


def load_encoder(name: str = DEFAULT_ENCODER, revision: str = "") -> Encoder:
    """Load an encoder by name; cached per process.

    `name` is that of an embedded one, the path of a model folder, or a model on the Hub
    (`owner/model`, `owner/model@revision`), which is fetched as far as it is not in the cache.
    `revision` is a commit of the Hub; other encoders have but the one that is there.
    Raises ModelNotFound (a ValueError) where the name means nothing or the model can't be used,
    another ArtLensError where the Hub refuses.
    """
    found = encoder_info(name, revision)  # before any weights are fetched
    pin = found.revision if is_commit(found.revision) else revision
    return _load(ENCODER.find(name, pin, hub_model.fetch), found.revision)


def encoder_info(name: str = DEFAULT_ENCODER, revision: str = "") -> EncoderInfo:
    """Read the facts of an encoder without loading it (no torch, no weights from the Hub)."""
    folder = ENCODER.find(name, revision, hub_model.describe)
    _implementation(folder)
    return folder.info


def bytes_to_fetch(name: str, revision: str = "") -> int:
    """Bytes that `load_encoder` would take from the Hub now."""
    return ENCODER.bytes_to_fetch(name, revision)


def pinned(name: str) -> tuple[str, str]:
    """The name and revision by which an encoder is found again from anywhere.

    A folder by its full path, a model of the Hub by its name and commit.
    """
    info = encoder_info(name)
    folder = None if name in EMBEDDED else model_folder(name)
    return (str(folder) if folder else info.id), info.revision


@lru_cache(maxsize=4)
def _load(folder: ModelFolder, revision: str) -> Encoder:
    """`revision` is in the key so that a folder that was trained again is loaded again."""
    module, _, attribute = _implementation(folder).partition(":")
    encoder: Encoder = getattr(import_module(module), attribute)(folder)
    return encoder


def _implementation(folder: ModelFolder) -> str:
    config = folder.config
    model_type = config.get("model_type")
    if isinstance(model_type, str) and model_type in IMPLEMENTATIONS:
        return IMPLEMENTATIONS[model_type]
    if "AutoModel" in (config.get("auto_map") or {}):
        if folder.allowed.remote_code:
            return TWO_TOWERS
        hint = (
            "which comes with code of its own: if you have read and trust it, put "
            "`remote_code = true` under [encoder] in your home's artlens.toml"
        )
    else:
        unfit = KNOWN_UNFIT.get(str(model_type))
        hint = (
            unfit or f"which ArtLens can't load; it knows {', '.join(map(repr, IMPLEMENTATIONS))}"
        )
    raise ModelNotFound(f"{folder.path / CONFIG} is of model_type {model_type!r}, {hint}.")
