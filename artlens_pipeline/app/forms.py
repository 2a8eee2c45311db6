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
NUMBERS = {"int": "a whole number", "float": "a number"}
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
            "invalid": name in problems,
            "error_message": problems.get(name),
        }
        values = _choices(field)
        if values:
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
        fields = config.model_json_schema()["properties"]
        return {name: _words(item, fields[name]) for name, item in _by_name(error)}
    return {}


def _by_name(error: ValidationError) -> list[tuple[str, Any]]:
    return [(str(item["loc"][0]), item) for item in error.errors()]


def _words(item: Any, field: Mapping[str, Any]) -> str:
    kind = str(item["type"]).partition("_")[0]
    words = str(item["msg"]).replace("Input should", "should")
    if _choices(field):
        words = f"should be one of {', '.join(_choices(field))}"
    elif kind in NUMBERS:  # int_parsing, int_from_float, float_type …
        words = f"should be {NUMBERS[kind]}"
    return f"{words}, not {item['input']!r}"


def _choices(field: Mapping[str, Any]) -> list[str]:
    """What a text may be; none where it may be anything."""
    listed = CHOICES.match(field.get("pattern", ""))
    return [value.replace("\\", "") for value in listed[1].split("|")] if listed else []
