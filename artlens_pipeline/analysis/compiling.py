"""Loops over many works that numpy has no words for are compiled by numba, once a machine."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(**options: Any) -> Callable[[Function], Function]:
    """A decorator: numba's `njit`, kept on disk, and beside which Python's threads run on."""
    from numba import njit

    def decorate(function: Function) -> Function:
        made: Function = njit(nogil=True, **options)(function)
        return kept(made)

    return decorate


def kept(function: Function) -> Function:
    """A function of numba's, whose machine code is found again by the processes to come.

    It lies beside the source, or else in the user's cache; where neither can be written to, each
    process compiles anew.
    """
    try:
        function.enable_caching()  # type: ignore[attr-defined]
    except RuntimeError:
        return function
    return function
