"""What the local Hub was asked, and what it does wrong on demand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What was asked. `path` is a file's path in its repository, else the address' own path."""

    method: str
    path: str
    url: str
    range: str
    authorization: str
    at_cdn: bool


@dataclass
class Fault:
    """What the next `times` requests for a path meet, of one method or (empty) of any."""

    times: int
    method: str = ""
    status: int = 0
    retry_after: str = ""
    cut_after: int = -1  # bytes of the body; the connection then ends
    reset: bool = False  # with `cut_after`: ends by a reset instead of orderly
    delay_s: float = 0.0
    drop: bool = False  # no answer at all
