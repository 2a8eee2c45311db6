"""Which captioner a name means, and loading it.

Belongs here: names. Does not belong here: any captioner. A model's files are found, fetched, pinned
and checked as an encoder's are (`encoders`). Implementations are imported on first use.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from artlens_pipeline.analysis.label_trust import Trust
from artlens_pipeline.captioners.base import Captioner, CaptionerInfo
from artlens_pipeline.captioners.words import NAME as DEFAULT_CAPTIONER
from artlens_pipeline.captioners.words import WordsCaptioner
from artlens_pipeline.encoders import hub_model
from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.files import CONFIG
from artlens_pipeline.encoders.finding import Kind
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.hub import is_commit

FURTHER = ("generation_config.json", "chat_template.json", "chat_template.jinja")
CAPTIONER = Kind("captioner", {}, "captions", FURTHER, (DEFAULT_CAPTIONER,))
_OF_WORDS = ("sure", "likely", "margin", "trust")
NO_CAPTIONERS = frozenset({"clip", "siglip", "siglip2", "align", "altclip", "artlens-mini"})


@dataclass(frozen=True)
class Options:
    """What may be set of captioners: `sure` to `trust` of artlens-words, the others of models.

    `prompt`: what a model is asked, or how its captions begin; "" leaves it to the model's kind.
    """

    sure: float = 0.6
    likely: float = 0.4
    margin: float = 0.1
    trust: tuple[tuple[str, Trust], ...] = ()
    prompt: str = ""
    max_new_tokens: int = 40
    num_beams: int = 3

    def of(self, name: str) -> dict[str, Any]:
        """Those that shape what this captioner writes."""
        known = ("prompt", "max_new_tokens", "num_beams") if sees(name) else _OF_WORDS
        return {key: value for key, value in asdict(self).items() if key in known}


def load_captioner(name: str, revision: str = "", options: Options | None = None) -> Captioner:
    """Load a captioner by name; a model is cached per process.

    `name` is artlens-words, the path of a model folder, or a model on the Hub (`owner/model`,
    `owner/model@revision`), which is fetched as far as it is not in the cache. `revision` is a
    commit of the Hub. Raises ModelNotFound where the name means nothing or the model can't be
    used, another ArtLensError where the Hub refuses.
    """
    chosen = options or Options()
    if name == DEFAULT_CAPTIONER:
        return WordsCaptioner(chosen.sure, chosen.likely, chosen.margin, chosen.trust)
    found = captioner_info(name, revision)  # before any weights are fetched
    pin = found.revision if is_commit(found.revision) else revision
    return _load(CAPTIONER.find(name, pin, hub_model.fetch), found.revision, chosen)


def captioner_info(name: str, revision: str = "") -> CaptionerInfo:
    """Read the facts of a captioner without loading it (no torch, no weights from the Hub)."""
    if name == DEFAULT_CAPTIONER:
        return WordsCaptioner(1.0, 1.0, 1.0).info
    folder = CAPTIONER.find(name, revision, hub_model.describe)
    kind = folder.config.get("model_type")
    if not isinstance(kind, str) or kind in NO_CAPTIONERS:
        raise ModelNotFound(
            f"{folder.path / CONFIG} is of model_type {kind!r}, which writes no captions; take one "
            "that does, such as Salesforce/blip-image-captioning-base or microsoft/git-base-coco."
        )
    return CaptionerInfo(folder.id, folder.revision)


def sees(name: str) -> bool:
    """Whether the captioner of this name takes pictures; nothing is loaded."""
    return name != DEFAULT_CAPTIONER


def bytes_to_fetch(name: str, revision: str = "") -> int:
    """Bytes that `load_captioner` would take from the Hub now."""
    return CAPTIONER.bytes_to_fetch(name, revision) if sees(name) else 0


@lru_cache(maxsize=1)
def _load(folder: ModelFolder, revision: str, options: Options) -> Captioner:
    """`revision` is in the key so that a folder whose files changed is loaded again."""
    from artlens_pipeline.captioners.vision_language import VisionLanguageCaptioner

    return VisionLanguageCaptioner(
        folder, options.prompt, options.max_new_tokens, options.num_beams
    )
