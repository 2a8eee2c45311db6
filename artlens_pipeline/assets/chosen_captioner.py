"""The captioner that a run was asked for: its revision, its options, what a shard of it lacks.

Belongs here: what is settled before anything is captioned. Does not belong here: captioning.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from artlens_pipeline.assets import known
from artlens_pipeline.assets.label_trust import label_trust
from artlens_pipeline.assets.shard_captions import Row, ShardCaptions
from artlens_pipeline.assets.shard_embed import SOURCE_COLUMNS
from artlens_pipeline.captioners import (
    Captioner,
    CaptionerInfo,
    Options,
    captioner_info,
    load_captioner,
    sees,
)
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.hub import is_commit
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.vocabulary import Vocabulary

COLUMNS = [*SOURCE_COLUMNS, "width", "height"]


@dataclass(frozen=True)
class ChosenCaptioner:
    """A captioner that is not loaded yet; `name` as it was asked for."""

    name: str
    info: CaptionerInfo
    options: Options

    @classmethod
    def of(cls, name: str, options: dict[str, Any], lake: Lake, words: Vocabulary) -> Self:
        """Raises ModelNotFound, or another ArtLensError, where there is none of this name."""
        info = captioner_info(name, standing_revision(lake, name))
        if sees(name):
            return cls(name, info, Options(**options))
        trust = label_trust(lake, words, options["sure"], options["likely"])
        return cls(name, info, Options(**options, trust=tuple(sorted(trust.items()))))

    def load(self) -> Captioner:
        """The captioner itself."""
        return load_captioner(self.name, self.info.revision, self.options)

    def facts(self) -> dict[str, str]:
        """What is to be said of every shard of its captions."""
        by_set = [(name, level) for name, level in self.options.trust if ": " not in name]
        trust = {f"labels of {name}": level for name, level in by_set}
        made_by = {"captioner": self.info.id, "revision": self.info.revision}
        return {"asked": self.name, **made_by, **trust}

    def job(self, lake: Lake, shard: str, *made_by: object) -> ShardCaptions:
        """What there is of a shard; `made_by`: what else shapes its captions."""
        recipe = digest(self.info.id, self.info.revision, self.options.of(self.name), *made_by)
        samples = lake.read("raw_samples", COLUMNS, shard).to_pylist()
        if sees(self.name):
            inputs = partial(_bytes, samples)
            return ShardCaptions(lake, shard, self.info, recipe, samples, inputs, {})
        told = partial(_told, lake, shard, samples)
        upstream = known.versions(lake, shard)
        return ShardCaptions(lake, shard, self.info, recipe, samples, told, upstream)


def standing_revision(lake: Lake, name: str) -> str:
    """That by which captions stand, of a captioner on the Hub that was not pinned; else "".

    Else a home's captions would all be made again whenever the repository moves on.
    """
    for shard in lake.shards("captions") if sees(name) else ():
        made = lake.provenance("captions", shard)
        if made and made.facts.get("asked") == name and is_commit(made.facts["revision"]):
            return str(made.facts["revision"])
    return ""


def _bytes(samples: list[Row]) -> dict[str, str]:
    return {row["sample_id"]: row["content_hash"] for row in samples}


def _told(lake: Lake, shard: str, samples: list[Row]) -> dict[str, str]:
    found = known.read_known(lake, shard, samples)
    return {sample_id: digest(item.facts()) for sample_id, item in found.items()}
