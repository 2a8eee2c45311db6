"""Asking the Hub: again after faults that pass, quietly, and with an error of one line at last.

Belongs here: when and how often to ask again. Does not belong here: what is asked.
"""

import logging
import random
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from artlens_pipeline.hub.asked import Asked
from artlens_pipeline.hub.faults import as_line, status

logger = logging.getLogger("artlens")
Answer = TypeVar("Answer")
ATTEMPTS = 5
BACKOFF_S = 1.0  # before the second attempt; twice as long before each further one
LONGEST_WAIT_S = 120.0  # a Hub that asks for more is said to be out of reach


class Incomplete(OSError):  # noqa: N818  (it says a state, not a fault)
    """An answer that was shorter than it said."""


def ask(call: Callable[[], Answer], asked: Asked) -> Answer:
    """The result of `call`, tried up to `ATTEMPTS` times; raises ArtLensError."""
    silence()
    for attempt in range(ATTEMPTS):
        # Whatever the client raises may hold a signed address or a token: nothing else gets out,
        # nor does the line keep it as its context, hence the raise outside of the handler.
        try:
            return call()
        except Exception as error:
            wait, line = _wait(error, attempt), as_line(error, asked)
            fault = status(error) or type(error).__name__
        if wait is None:
            raise line
        logger.info("Asking again in %.1f s for %s (%s).", wait, asked, fault)
        time.sleep(wait)
    raise line


def timeout() -> float:
    """Seconds without a byte after which an answer is given up (HF_HUB_DOWNLOAD_TIMEOUT)."""
    from huggingface_hub import constants

    return float(constants.HF_HUB_DOWNLOAD_TIMEOUT)


def silence() -> None:
    """No bars and no chatter of the client in the log: its lines quote signed addresses."""
    from huggingface_hub import constants
    from huggingface_hub.utils import disable_progress_bars
    from huggingface_hub.utils import logging as client_logging

    if not constants.HF_DEBUG:
        client_logging.set_verbosity_error()
        logging.getLogger("httpx2").setLevel(logging.WARNING)
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        disable_progress_bars()


def _wait(error: Exception, attempt: int) -> float | None:
    """Seconds until the next attempt; None where there should be none."""
    asked_for = _retry_after(error)
    if attempt + 1 == ATTEMPTS or not _passing(error) or asked_for > LONGEST_WAIT_S:
        return None
    # Jitter, so that workers that failed together do not come back together.
    return max(asked_for, BACKOFF_S * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311


def _passing(error: Exception) -> bool:
    import httpx2

    code = status(error)
    if code is not None:
        return code in {408, 429} or code >= 500
    lost = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError, Incomplete)
    # The client says by a plain OSError that a file came out with another size than announced.
    return isinstance(error, lost) or (type(error) is OSError and error.errno is None)


def _retry_after(error: Exception) -> float:
    """Seconds that the answer asks to wait, 0 where it does not (RFC 9110, 10.2.3)."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0
