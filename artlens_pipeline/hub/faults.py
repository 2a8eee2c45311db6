"""What can go wrong between here and the Hub, as one line for a person.

Belongs here: the reading of the client's errors. Does not belong here: asking again (`asking`).
No line quotes an error's own text: it may hold a signed address, or a token that was refused.
"""

import errno
from urllib.parse import urlsplit

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.hub.asked import Asked

SIGN_IN = "`hf auth login` or set HF_TOKEN"


class HubOutOfReach(ArtLensError):  # noqa: N818  (it says a state, not a fault)
    """No answer to be had now: offline, no connection, or the Hub is down or asks to wait."""


class HubForbidden(HubOutOfReach):
    """HF_HUB_OFFLINE says not to ask, so waiting is of no use."""


class NotOnHub(ArtLensError):  # noqa: N818  (the same)
    """The Hub answered that there is no such repository, revision or file."""


def no_file(asked: Asked) -> NotOnHub:
    """There is a repository, but no such file in it."""
    return NotOnHub(f"The Hub has no {asked}: see the files on {asked.page}.")


def status(error: Exception) -> int | None:
    """The HTTP status that the Hub or its CDN answered with; None where there was no answer."""
    return getattr(getattr(error, "response", None), "status_code", None)


def as_line(error: Exception, asked: Asked) -> ArtLensError:
    """One line that says what to do about `error`, met while asking for `asked`."""
    from huggingface_hub.errors import (
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, ArtLensError):
        return error
    if isinstance(error, OfflineModeIsEnabled | LocalEntryNotFoundError):
        return HubForbidden(
            f"{asked} is not in the Hub's cache, and HF_HUB_OFFLINE forbids to fetch it; "
            "unset HF_HUB_OFFLINE once."
        )
    if isinstance(error, HFValidationError):
        return NotOnHub(f"{asked.repo_id!r} is no name of a {asked.kind} on the Hub: owner/name.")
    if status(error) is not None:
        return _refused(error, asked)
    return _failed_here(error, asked) or _no_answer(error, asked)


def _refused(error: Exception, asked: Asked) -> ArtLensError:
    from huggingface_hub import errors

    code = status(error) or 0
    if isinstance(error, errors.GatedRepoError):
        return ArtLensError(
            f"The {asked.kind} {asked.repo_id!r} needs access: accept its terms at {asked.page}, "
            f"then {SIGN_IN}."
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return NotOnHub(
            f"The Hub shows no {asked.kind} {asked.repo_id!r}: check the name; if it is private, "
            f"{SIGN_IN}."
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return NotOnHub(
            f"The {asked.kind} {asked.repo_id!r} has no revision {asked.revision!r}: name a "
            f"branch, a tag or a commit of {asked.page}."
        )
    if isinstance(error, errors.DisabledRepoError):
        return ArtLensError(
            f"The Hub has disabled the {asked.kind} {asked.repo_id!r}; use another."
        )
    return _refused_otherwise(code, asked)


def _refused_otherwise(code: int, asked: Asked) -> ArtLensError:
    if code == 404:
        return no_file(asked)
    if code == 401:
        return ArtLensError(f"The Hub refuses the token for {asked}: {SIGN_IN} to a valid one.")
    if code == 403:
        return ArtLensError(
            f"The token may not read {asked}: give it read access, or {SIGN_IN} to another."
        )
    if code == 429:
        return HubOutOfReach(
            f"The Hub has had too many requests ({asked}): wait some minutes, or {SIGN_IN} for "
            "more."
        )
    return HubOutOfReach(f"The Hub answered {code} for {asked}; try again later.")


def _failed_here(error: Exception, asked: Asked) -> ArtLensError | None:
    """Faults of this machine: disk, rights, an odd token or address."""
    from huggingface_hub import constants

    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return ArtLensError(
            f"There is no room in {constants.HF_HUB_CACHE} for {asked}: free some space, or set "
            "HF_HOME to a larger disk."
        )
    if isinstance(error, OSError) and error.filename is not None:
        return ArtLensError(
            f"{asked} can't be kept in {constants.HF_HUB_CACHE} ({error.strerror}): mend that "
            "folder, or set HF_HOME to another."
        )
    if type(error).__name__ in {"LocalProtocolError", "UnicodeEncodeError"}:
        return ArtLensError(
            f"The token holds characters that no token has, so {asked} was not asked for: "
            f"{SIGN_IN} anew."
        )
    if isinstance(error, ValueError) and asked.path:
        return NotOnHub(f"The Hub can't serve {asked}: see the files on {asked.page}.")
    return None


def _no_answer(error: Exception, asked: Asked) -> ArtLensError:
    host = urlsplit(asked.page).netloc
    return HubOutOfReach(
        f"{host} gave no usable answer for {asked} ({type(error).__name__}): check the "
        "connection, the proxy and HF_ENDPOINT, then run it again."
    )
