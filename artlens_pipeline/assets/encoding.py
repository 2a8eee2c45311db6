"""How a home's works are embedded: runtime, precision, decoding; chosen once, then kept.

Belongs here: what stands, what is asked, and the sample by which it is chosen. Does not belong
here: the measures (`encoders.trial`). What was chosen is on record with every shard of embeddings.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from artlens_pipeline.encoders import Encoder
from artlens_pipeline.encoders.runtime import Precision, RuntimeName
from artlens_pipeline.encoders.trial import (
    AUTO,
    CANDIDATES,
    MIN_COSINE,
    Candidate,
    Open,
    Sample,
    Start,
    Trial,
    choose,
    decode_cosine,
    trials,
)
from artlens_pipeline.resources.lake import Lake

SAMPLE = 128
"""Works on which runtimes are tried."""
FIRST = 8
"""Works that torch in fp32 embeds at a time, twice, to see what a trial may save."""
DECODED = 48
"""Of them, those on which decoding to a fraction is tried."""
PAYS_FROM = 500
PAYS_FROM_S = 20.0
"""Works, and seconds that torch in fp32 takes for them, from which on a trial pays."""

Pixels = Callable[[bool], np.ndarray]
"""The sample's pixels uint8 `[n, size, size, 3]`; decoded to a fraction where that is asked."""


@dataclass(frozen=True)
class Encoding:
    """The choice, and what it was founded on.

    `scaled`: whether JPEGs are decoded to a fraction; `neighbours_kept` and `cosine`: fidelity to
    torch in fp32 on the sample, as of a `Trial`; `decode_cosine`: what 95 % of the works decoded
    to a fraction reach to the same decoded whole.
    """

    runtime: RuntimeName
    precision: Precision
    scaled: bool
    neighbours_kept: float = 1.0
    cosine: float = 1.0
    decode_cosine: float = 1.0

    def facts(self) -> dict[str, Any]:
        """Plain values for the record."""
        return asdict(self)

    def answers(self, runtime: str, precision: str) -> bool:
        """Whether it is what is asked for; "auto" asks for nothing."""
        return runtime in (AUTO, self.runtime) and precision in (AUTO, self.precision)


PLAIN = Encoding("torch", "fp32", scaled=False)


def standing(lake: Lake, revision: str) -> Encoding | None:
    """How the embeddings by this revision of the encoder were made; null where there are none."""
    names = {field.name for field in fields(Encoding)}
    for shard in lake.shards("clip_embeddings"):
        made = lake.provenance("clip_embeddings", shard)
        if made is not None and made.facts.get("revision") == revision:
            known = {name: value for name, value in made.facts.items() if name in names}
            return replace(PLAIN, **known)
    return None


def choose_encoding(
    encoder: Encoder,
    asked: list[Candidate],
    open_runtime: Open,
    pixels: Pixels,
    works: int,
    batch: int,
) -> tuple[Encoding, list[Trial]]:
    """Try `asked` on the sample; gives the choice and what was tried."""
    whole = pixels(False)
    start = Start.of(encoder, whole, min(batch, FIRST))
    if asked[0] == CANDIDATES[0] and works / start.images_per_s < PAYS_FROM_S:
        return PLAIN, []
    converted = open_runtime if "openvino" in {name for name, *_ in asked} else None
    sample = Sample.of(encoder, start, whole, works, batch, converted)
    tried = trials(open_runtime, asked, sample)
    best = choose(tried)
    differ = decode_cosine(sample, pixels(True))
    found = Encoding(
        runtime=best.runtime,
        precision=best.precision,
        scaled=differ >= MIN_COSINE,
        neighbours_kept=best.neighbours_kept,
        cosine=best.cosine,
        decode_cosine=differ,
    )
    return found, tried
