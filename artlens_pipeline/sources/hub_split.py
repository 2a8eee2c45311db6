"""Which files of a data set's repository make up a subset and its splits.

The card's `configs` say it; without them the layouts do in which the Hub's own tools write:
`data/SPLIT-00000-of-00072.parquet`, `SUBSET/SPLIT-….parquet` and `SUBSET/SPLIT/0000.parquet`.
See https://huggingface.co/docs/datasets/repository_structure.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from artlens_pipeline.errors import ArtLensError

_FOLDERS_OF_ANY = {"data", "."}
_SPLITS = {"train", "training", "validation", "valid", "val", "dev", "test", "testing", "eval"}
DEFAULT = "default"


def choose_files(
    repo: str, names: Iterable[str], card: Mapping[str, Any], subset: str, split: str
) -> list[str]:
    """The files, in order; subset "": the default one, split "": all. ArtLensError for neither."""
    subsets = _by_card(names, card) or _by_layout(names)
    chosen = subsets[_subset(repo, subsets, card, subset)]
    if split and split not in chosen:
        raise ArtLensError(f"{repo} has no split {split!r}; it has: {', '.join(chosen)}")
    picked = [chosen[split]] if split else list(chosen.values())
    return list(dict.fromkeys(name for files in picked for name in files))


Subsets = dict[str, dict[str, list[str]]]


def _subset(repo: str, subsets: Subsets, card: Mapping[str, Any], subset: str) -> str:
    there = ", ".join(subsets)
    if subset:
        if subset in subsets:
            return subset
        raise ArtLensError(f"{repo} has no subset {subset!r}; it has: {there}")
    flagged = [item["config_name"] for item in _configs(card) if item.get("default") is True]
    for name in (*flagged, DEFAULT):
        if name in subsets:
            return name
    if len(subsets) == 1:
        return next(iter(subsets))
    raise ArtLensError(f"{repo} has several subsets; add ?subset= and one of: {there}")


def _configs(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    configs = card.get("configs")
    found = configs if isinstance(configs, list) else []
    return [item for item in found if isinstance(item, dict) and item.get("config_name")]


def _by_card(names: Iterable[str], card: Mapping[str, Any]) -> Subsets:
    """Files by split by subset, after the card; those without any file are left out."""
    found: Subsets = {}
    for item in _configs(card):
        for split, patterns in _patterns(item.get("data_files")):
            base = str(item.get("data_dir") or ".")
            matching = [
                name
                for pattern in patterns
                for name in sorted(names)
                if _matches(name, str(PurePosixPath(base, pattern)))
            ]
            if matching:
                found.setdefault(str(item["config_name"]), {}).setdefault(split, []).extend(
                    matching
                )
    return found


def _patterns(data_files: Any) -> list[tuple[str, list[str]]]:
    """`data_files` of a card: one pattern, a list of them, or a list of splits with patterns."""
    if isinstance(data_files, str):
        return [("train", [data_files])]
    found: list[tuple[str, list[str]]] = []
    for item in data_files if isinstance(data_files, list) else []:
        if isinstance(item, str):
            found.append(("train", [item]))
        elif isinstance(item, dict):
            paths = item.get("path")
            several = paths if isinstance(paths, list) else [paths]
            found.append((str(item.get("split", "train")), [str(path) for path in several]))
    return found


def _matches(name: str, pattern: str) -> bool:
    """A glob in which `*` stays inside a folder and `**` does not."""
    if "**" in pattern:
        return fnmatchcase(name, pattern.replace("**/", "*").replace("**", "*"))
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))


def _by_layout(names: Iterable[str]) -> Subsets:
    found: Subsets = {}
    for name in sorted(names):
        path = PurePosixPath(name)
        named = re.match(r"(.+?)-\d+-of-\d+$", path.stem)
        folders = list(path.parent.parts)
        in_folder = len(folders) > 1 or not _SPLITS.isdisjoint(folders)
        split = named[1] if named else folders.pop() if in_folder else path.stem
        subset = next((folder for folder in folders if folder not in _FOLDERS_OF_ANY), DEFAULT)
        found.setdefault(subset, {}).setdefault(split.removeprefix("partial-"), []).append(name)
    return found
