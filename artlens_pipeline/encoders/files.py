"""Which files of a model's folder or repository a model is made of.

Belongs here: names of files in the Hugging Face manner, chosen from a listing. Does not belong
here: reading or fetching them (`folder`, `hub_model`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from artlens_pipeline.encoders.base import ModelNotFound

CONFIG = "config.json"
WEIGHTS, PICKLED = "model.safetensors", "pytorch_model.bin"
PREPROCESSOR, TOKENIZER = "preprocessor_config.json", "tokenizer.json"
PREPROCESSORS = (PREPROCESSOR, "processor_config.json")
TOKENIZERS = (
    (TOKENIZER,),
    ("vocab.json", "merges.txt"),
    ("spiece.model",),
    ("sentencepiece.bpe.model",),
    ("tokenizer.model",),
    ("vocab.txt",),
)
TOKENIZER_FACTS = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")

ReadJson = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Allowed:
    """What a person asked for beyond safetensors and transformers' own code.

    `section`: the table of `artlens.toml` that says so; `further`: names of files that shape what
    a model of this kind gives, beside those of an encoder.
    """

    remote_code: bool = False
    pickled_weights: bool = False
    section: str = "encoder"
    further: tuple[str, ...] = ()


def weights(names: Collection[str], read: ReadJson, allowed: Allowed) -> tuple[str, ...]:
    """The files that hold the weights, () without any; `read` gives the content of an index."""
    for whole in (WEIGHTS, PICKLED) if allowed.pickled_weights else (WEIGHTS,):
        if whole in names:
            return (whole,)
        if (index := f"{whole}.index.json") in names:
            return (index, *_shards(index, names, read(index)))
    return ()


def has_weights(names: Collection[str], allowed: Allowed) -> bool:
    """Whether there are weights that may be read."""
    kinds = (WEIGHTS, PICKLED) if allowed.pickled_weights else (WEIGHTS,)
    return any(name in names for kind in kinds for name in (kind, f"{kind}.index.json"))


def is_pickle(name: str) -> bool:
    """Whether a file is the pickled weights, a part of them, or their index."""
    return name.startswith(PICKLED.partition(".")[0])


def pickle_hint(names: Collection[str], allowed: Allowed) -> str:
    """What to do where the weights are there, but only as a pickle."""
    if not any(is_pickle(name) for name in names):
        return ""
    return (
        f" It has {PICKLED}, a pickle, which can run code of its maker's when it is read: if you "
        f"trust that, put `pickled_weights = true` under [{allowed.section}] in your home's "
        "artlens.toml; or take another revision that has safetensors (owner/model@revision)."
    )


def lacking(names: Collection[str]) -> list[str]:
    """What is missing of all that is no weights, as words."""
    found = [
        (CONFIG, CONFIG in names),
        (" or ".join(PREPROCESSORS), any(name in names for name in PREPROCESSORS)),
        (
            "a tokenizer (" + ", or ".join(" and ".join(group) for group in TOKENIZERS) + ")",
            any(set(group) <= set(names) for group in TOKENIZERS),
        ),
    ]
    return [what for what, there in found if not there]


def shaping(names: Collection[str], weight_files: tuple[str, ...], allowed: Allowed) -> list[str]:
    """All files that shape what a model gives, in the order in which a revision is computed."""
    tokenizer = dict.fromkeys(name for group in TOKENIZERS for name in group)
    own = (CONFIG, *weight_files, *PREPROCESSORS, *tokenizer, *TOKENIZER_FACTS)
    code = sorted(name for name in names if name.endswith(".py")) if allowed.remote_code else []
    return [name for name in (*own, *allowed.further) if name in names] + code


def _shards(index: str, names: Collection[str], content: Mapping[str, Any]) -> list[str]:
    listed = content.get("weight_map")
    shards = sorted(set(listed.values())) if isinstance(listed, dict) and listed else []
    # A name that is in no listing may also be a path out of the folder.
    absent = [shard for shard in shards if shard not in names]
    if absent or not shards:
        said = f"names {absent[0]!r}, which is not there" if absent else "names no weights"
        raise ModelNotFound(f"{index} {said}; fetch the model again.")
    return shards
