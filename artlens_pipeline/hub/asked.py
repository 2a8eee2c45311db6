"""What a request to the Hub is about, as a person names it.

Belongs here: the name of the thing. Does not belong here: asking for it (`asking`).
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["model", "dataset"]
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_commit(revision: str) -> bool:
    """Whether a revision is the full id of a commit."""
    return _COMMIT.fullmatch(revision) is not None


@dataclass(frozen=True)
class Asked:
    """What a request was about; `revision` "" is the main branch, `path` "" the whole."""

    kind: Kind
    repo_id: str
    revision: str = ""
    path: str = ""

    def __str__(self) -> str:
        file = f"{self.path!r} of " if self.path else ""
        commit = is_commit(self.revision)
        revision = self.revision[:12] if commit else repr(self.revision)
        revision = f" at {revision}" if self.revision else ""
        return f"{file}the {self.kind} {self.repo_id!r}{revision}"

    @property
    def page(self) -> str:
        """The repository's page on the Hub; no password that HF_ENDPOINT may hold."""
        from huggingface_hub import constants

        address = urlsplit(constants.ENDPOINT)
        host = address.netloc.rpartition("@")[2]
        folder = "datasets/" if self.kind == "dataset" else ""
        return f"{address.scheme}://{host}{address.path}/{folder}{self.repo_id}"
