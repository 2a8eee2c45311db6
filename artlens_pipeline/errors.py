"""Errors that a person can mend: one line, what is wrong and what to do."""


class ArtLensError(Exception):
    """A fault with a remedy; the command prints its one line and ends with exit code 2."""
