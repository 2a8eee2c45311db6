"""The home's encoder on this machine: which way of embedding it takes, and embedding by it.

Belongs here: loading the encoder and its runtime once, and only if there is something to do.
"""

from collections.abc import Callable, Iterator
from functools import cache, cached_property

import numpy as np

from artlens_pipeline.assets.embedding import Decoder, Embedder, Files, sample
from artlens_pipeline.assets.encoding import (
    DECODED,
    PAYS_FROM,
    PLAIN,
    SAMPLE,
    Encoding,
    choose_encoding,
    standing,
)
from artlens_pipeline.assets.shard_embed import SOURCE_COLUMNS, ShardEmbed
from artlens_pipeline.encoders import Encoder, encoder_info, load_encoder
from artlens_pipeline.encoders.runtime import ImageRuntime, Precision, RuntimeName, open_runtime
from artlens_pipeline.encoders.trial import Trial, candidates
from artlens_pipeline.home import Home
from artlens_pipeline.progress import Advance, logger
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline.resources.lake import Lake, slug


class EncoderAtWork:
    """Embeds works of `lake`; `source` has their files."""

    def __init__(
        self,
        home: Home,
        lake: Lake,
        workers: Workers,
        source: Files,
        batch_size: int,
    ) -> None:
        self._home, self._lake, self._workers = home, lake, workers
        self._source, self._batch_size = source, batch_size
        self.runtime = cache(self._open)
        self._sample: Callable[[bool], np.ndarray] | None = None

    def encoding(self, runtime: str, precision: str, shards: list[str]) -> Encoding:
        """What stands if it is what is asked for, else what trials on these shards find best.

        `runtime` and `precision` may be "auto". Raises RuntimeMissing.
        """
        revision = encoder_info(self._lake.encoder, self._lake.revision).revision
        stands = standing(self._lake, revision)
        if stands and stands.answers(runtime, precision):
            return stands
        asked = candidates(runtime, precision)
        untried = Encoding(asked[0].runtime, asked[0].precision, scaled=False)
        works = sum(self._lake.rows("raw_samples", s) for s in self._lake.shards("raw_samples"))
        if not works or (works < PAYS_FROM and untried == PLAIN):
            return untried
        pixels = self._pixels(shards)
        if not len(pixels(False)):
            return untried
        found, tried = choose_encoding(
            self._encoder, asked, self.runtime, pixels, works, self._batch_size
        )
        for trial in tried:
            logger.info("%s", in_words(trial))
        return found

    def embed(
        self, jobs: list[ShardEmbed], encoding: Encoding, advance: Advance
    ) -> Iterator[ShardEmbed]:
        """Each shard once its works have vectors or have failed."""
        if not any(job.todo for job in jobs):
            return iter(jobs)
        runtime = self.runtime(encoding.runtime, encoding.precision)
        return Embedder(self._decoder, runtime, self._batch_size, advance).embed(jobs)

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(self._lake.encoder, self._lake.revision)

    @cached_property
    def _decoder(self) -> Decoder:
        return Decoder(self._workers, self._source, self._encoder.preprocessing)

    def _open(self, name: RuntimeName, precision: Precision) -> ImageRuntime:
        folder = self._home.runtimes / slug(self._lake.encoder) / self._encoder.info.revision

        def pixels() -> np.ndarray:
            return self._pixels(self._lake.shards("raw_samples"))(False)

        return open_runtime(self._encoder, name, precision, folder, pixels)

    def _pixels(self, shards: list[str]) -> Callable[[bool], np.ndarray]:
        if self._sample is None:
            read = (self._lake.read("raw_samples", SOURCE_COLUMNS, shard) for shard in shards)
            rows = [row for data in read for row in data.to_pylist()]
            self._sample = sample(self._decoder, rows, SAMPLE, DECODED)
        return self._sample


def in_words(trial: Trial) -> str:
    """A line for the log."""
    return (
        f"{trial.runtime} {trial.precision}: {trial.images_per_s:.0f} images/s, "
        f"{trial.neighbours_kept:.1%} of the nearest neighbours of fp32, "
        f"cosine {trial.cosine:.4f}, prepared in {trial.prepared_s:.1f} s"
    )
