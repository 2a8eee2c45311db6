"""From what is to be shown to HTML: templates, which escape all text, our script, its policy."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from artlens_pipeline.home import PACKAGE
from artlens_pipeline.report import payload, words
from artlens_pipeline.report.sprites import Sheets

SCRIPTS = (
    *("theme", "data", "camera", "places", "colours", "tiles", "dots", "paint"),
    *("card", "search", "gestures", "map"),
)
"""In this order they are one script."""


def fill(page: Mapping[str, Any], data: Mapping[str, Any], sheets: Sheets) -> str:
    """The page; `data` and `sheets` are what its script explores."""
    script, style = _script(), _static("report.css")
    template = _environment().get_template("page.html")
    return template.render(
        page,
        script=Markup(script),  # noqa: S704  # our own file
        style=Markup(style),  # noqa: S704
        policy=policy(script, style),
        data=payload.pack({**data, "tiles": sheets.said()}),
        sheets=sheets.sheets,
        tiled=len(sheets.works),
    )


def policy(script: str, style: str) -> str:
    """By which nothing but our own script and style runs, and nothing is fetched."""
    parts = {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "script-src": [_hash(script)],
        "style-src": [_hash(style)],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(" ".join([name, *values]) for name, values in parts.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _script() -> str:
    parts = [_static(f"{name}.js") for name in SCRIPTS]
    return "".join(['"use strict";\n(() => {\n', *parts, "})();\n"])


@cache
def _static(name: str) -> str:
    return (PACKAGE / "report" / "static" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("artlens_pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        count=words.count, percent=words.percent, number=words.number, signed=words.signed
    )
    return made
