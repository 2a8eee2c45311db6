"""Which folder the name of a model means, be it an encoder's or a captioner's.

Belongs here: the order in which a name is looked up, and what is said where it means nothing. Does
not belong here: what a model must be to be of use (`registry`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from artlens_pipeline.encoders import hub_model
from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.files import CONFIG, Allowed
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.home import Home
from artlens_pipeline.hub import HubOutOfReach, NotOnHub, is_commit
from artlens_pipeline.settings import load_settings

FromHub = Callable[[str, str, Allowed], ModelFolder]


@dataclass(frozen=True)
class Kind:
    """A kind of model: what it is called, the packaged ones by name, its table of settings.

    `further`: files that shape what it gives, beside those of an encoder. `built_in`: names that
    mean no folder.
    """

    word: str
    packaged: Mapping[str, Path] = field(default_factory=dict)
    section: str = "encoder"
    further: tuple[str, ...] = ()
    built_in: tuple[str, ...] = ()

    def find(self, name: str, revision: str, from_hub: FromHub) -> ModelFolder:
        """The model's folder; `from_hub` gives it where none lies here.

        Raises ModelNotFound where the name means nothing.
        """
        if folder := self.local(name, revision):
            return folder
        if not hub_model.is_name(name):
            raise ModelNotFound(self._unknown(name))
        try:
            return from_hub(name, revision, self.allowed())
        except (NotOnHub, HubOutOfReach) as error:
            raise ModelNotFound(
                f"The {self.word} {name!r} is no model folder here (no {CONFIG}), and on the Hub: "
                f"{error}"
            ) from error

    def local(self, name: str, revision: str) -> ModelFolder | None:
        """The folder where it is a packaged one or one's own."""
        if name in self.packaged:
            return ModelFolder(name, self.packaged[name])
        # What was made by a commit of the Hub stays there, whatever folder stands here.
        if is_commit(revision) or not (path := model_folder(name)):
            return None
        return ModelFolder(path.name, path, allowed=self.allowed())

    def bytes_to_fetch(self, name: str, revision: str) -> int:
        """Bytes that would be taken from the Hub now."""
        if self.local(name, revision):
            return 0
        return hub_model.missing_bytes(name, revision, self.allowed())

    def allowed(self) -> Allowed:
        """What the home's settings allow a model of this kind."""
        own = load_settings(Home.current().settings)[self.section]
        return Allowed(own["remote_code"], own["pickled_weights"], self.section, self.further)

    def _unknown(self, name: str) -> str:
        given = " or ".join(map(repr, (*self.packaged, *self.built_in)))
        return (
            f"No {self.word} {name!r}: give {given}, the path of a model folder in the Hugging "
            "Face manner (there is no such folder here), or a model on the Hub, owner/model or "
            "owner/model@revision."
        )


def model_folder(name: str) -> Path | None:
    """The folder, if it is one that holds a model; other folders hide nothing."""
    try:
        path = Path(name).expanduser().resolve()
        if not name.strip() or not path.is_dir():
            return None
        return path if (path / CONFIG).is_file() or not hub_model.is_name(name) else None
    except (OSError, RuntimeError, ValueError):  # too long, no such user, a NUL
        return None
