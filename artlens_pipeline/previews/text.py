"""Text of others (titles, labels, file names) made fit to be shown; the one place that escapes.

A table's cells need `plain` alone, for the UI shows them as text; a picture's text needs `xml`,
Markdown's `markdown`.
"""

import html
import re
import unicodedata
from typing import Any

ROOM = 60
"""Characters of a text unless more or less is asked for."""

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}  # of these, some turn text around
_ACTIVE = re.compile(r"([!-/:-@\[-`{-~])")  # all punctuation of ASCII, which CommonMark escapes


def plain(value: Any, room: int = ROOM) -> str:
    """One line of at most `room` characters, none of them unseen; "" for None."""
    text = "" if value is None else str(value)[: 8 * room]
    if not text.isprintable():  # as most are, and to ask for each letter takes long
        text = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text)
    line = " ".join(text.split())
    return line if len(line) <= room else line[: room - 1].rstrip() + "…"


def xml(value: Any, room: int = ROOM) -> str:
    """`plain` as the text of an element or of an attribute, or as the name of a Plotly trace."""
    return html.escape(plain(value, room)).replace("&quot;", "&#34;")  # Plotly shows the former


def markdown(value: Any, room: int = ROOM) -> str:
    """`plain` as text of Markdown: in a paragraph, a table's cell, a link or a picture's name."""
    return _ACTIVE.sub(r"\\\1", plain(value, room))
