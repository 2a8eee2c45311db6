"""Forms of the App out of an asset's configuration: the same names, words, defaults and limits.

Belongs here: asking for hyper-parameters, and saying what is wrong with them. Does not belong here:
which there are; the assets' `Config` classes say that.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import dagster as dg
from fiftyone.operators import types
from pydantic import ValidationError

from artlens_pipeline.errors import ArtLensError

CHOICES = re.compile(r"^\^\((.+)\)\$$")
"""Of a pattern that lists what a text may be: `^(eom|leaf)$`."""
HALF = 6
"""Of a row's width, in twelfths: two inputs stand side by side."""
Config = TypeVar("Config", bound=dg.Config)


def ask(
    inputs: types.Object,
    config: type[dg.Config],
    given: Mapping[str, Any],
    without: Collection[str] = (),
) -> None:
    """An input for each hyper-parameter; one whose value in `given` is wrong says why."""
    problems = _problems(config, given)
    for name, field in config.model_json_schema()["properties"].items():
        if name in without:
            continue
        about = {
            "label": name,
            "description": field.get("description"),
            "default": field["default"],
            "required": True,
            "invalid": name in problems,
            "error_message": problems.get(name),
        }
        listed = CHOICES.match(field.get("pattern", ""))
        if listed:
            values = [value.replace("\\", "") for value in listed[1].split("|")]
            inputs.enum(name, values, view=types.DropdownView(space=HALF), **about)
        else:
            kinds = {"integer": inputs.int, "number": inputs.float, "string": inputs.str}
            kinds[field["type"]](name, view=types.View(space=HALF), **about)


def chosen(config: type[Config], given: Mapping[str, Any]) -> Config:
    """The configuration with the values of `given` that are its own.

    ArtLensError says of each wrong value what it should be.
    """
    problems = _problems(config, given)
    if problems:
        raise ArtLensError("; ".join(f"{name}: {words}" for name, words in problems.items()))
    return config(**_own(config, given))


def _own(config: type[dg.Config], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of this configuration; an input that a person emptied is as if never filled in."""
    return {name: given[name] for name in config.model_fields if given.get(name) is not None}


def _problems(config: type[dg.Config], given: Mapping[str, Any]) -> dict[str, str]:
    try:
        config(**_own(config, given))
    except ValidationError as error:
        return {str(item["loc"][0]): _words(item) for item in error.errors()}
    return {}


def _words(item: Any) -> str:
    words = str(item["msg"]).replace("Input should", "should")
    return f"{words}, not {item['input']!r}"
