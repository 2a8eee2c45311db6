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


def ask_some(
    inputs: types.Object,
    name: str,
    known: Mapping[str, str],
    given: Mapping[str, Any],
    *,
    one: str,
    label: str,
) -> None:
    """An input for some of the names of `known`, which says what each is; all by default.

    `one`: as `some` has it.
    """
    names = types.DropdownView(multiple=True)
    for each, words in known.items():
        names.add_choice(each, label=each, description=words)
    inputs.list(name, types.String(), default=list(known), view=names, label=label)
    try:
        some(name, known, given, one)
    except ArtLensError as error:
        inputs.properties[name].invalid = True
        inputs.properties[name].error_message = str(error)


def named(name: str, known: Collection[str], given: Mapping[str, Any]) -> list[str]:
    """The names that were given, one as text too; all that there are where none was asked for."""
    found = given.get(name)
    return [found] if isinstance(found, str) else list(known if found is None else found)


def some(name: str, known: Collection[str], given: Mapping[str, Any], one: str) -> list[str]:
    """`named`; ArtLensError for an unknown one, and for none. `one`: what one is, "a metric"."""
    found, there = named(name, known, given), ", ".join(known)
    if not found:
        raise ArtLensError(f"choose {one}; there is: {there}")
    if unknown := ", ".join(sorted(set(found) - set(known))):
        raise ArtLensError(f"no {name.removesuffix('s')} {unknown}; there is: {there}")
    return found


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
