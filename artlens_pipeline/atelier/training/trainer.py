"""The training loop of artlens-mini.

Belongs here: batches and the averaging of weights. Does not belong here: losses (`objective`),
steps (`optimisation`), captions (`captions`), files (`saving`). One number of threads and one
seed give one result.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from artlens_pipeline.atelier.training.augmentation import Mixture, cut_mix, random_views, unmixed
from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.training.fact_table import FactTable
from artlens_pipeline.atelier.training.objective import LabelHeads, contrastive_loss, doubt, truth
from artlens_pipeline.atelier.training.optimisation import optimizer_and_schedule
from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.words.captions import Caption, CaptionWriter
from artlens_pipeline.atelier.words.vocabulary import train_tokenizer
from artlens_pipeline.encoders.mini_config import MiniConfig
from artlens_pipeline.encoders.mini_model import MiniModel

MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
UNKNOWN_ID, FIRST_WORD_ID = 1, 4
CORPUS_CAPTIONS = 12


class Trainer:
    """One training from start to end; `run` returns the averaged model."""

    def __init__(self, collection: Collection, recipe: Recipe) -> None:
        torch.manual_seed(recipe.seed)
        self._collection, self._recipe = collection, recipe
        self._rng = np.random.default_rng(recipe.seed)
        self._torch_rng = torch.Generator().manual_seed(recipe.seed)
        self._writer = CaptionWriter(self._rng)
        self._facts = FactTable(collection)
        self.tokenizer = self._train_tokenizer()
        config = MiniConfig.from_dict(self._sizes())
        self._model = MiniModel(config)
        self._model.image_tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._heads = LabelHeads(collection.paintings, recipe.dimension)
        self._average = AveragedModel(self._model, avg_fn=self._blend, use_buffers=True)

    def _sizes(self) -> dict[str, Any]:
        recipe = self._recipe
        return {
            "projection_dim": recipe.dimension,
            "stage_widths": recipe.widths,
            "stage_blocks": recipe.blocks,
            "stem_stride": recipe.stem_stride,
            "text_width": recipe.text_width,
            "vocab_size": self.tokenizer.get_vocab_size(),
            "max_tokens": recipe.max_tokens,
            "dropout": recipe.dropout,
        }

    def run(self, report: Callable[[int, float, MiniModel], None]) -> MiniModel:
        """Train all epochs; `report(epoch, mean loss, averaged model)` follows each."""
        recipe = self._recipe
        steps = max(1, len(self._collection.paintings) // recipe.batch)
        parameters = [*self._model.parameters(), *self._heads.parameters()]
        optimizer, schedule = optimizer_and_schedule(parameters, recipe, steps * recipe.epochs)
        for epoch in range(recipe.epochs):
            self._model.train()
            order = self._rng.permutation(len(self._collection.paintings))
            self._size = recipe.view_size(epoch)
            losses = []
            for indices in np.array_split(order[: steps * recipe.batch], steps):
                loss = self._loss(indices)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self._model.parameters(), 5.0)
                optimizer.step()
                schedule.step()
                self._average.update_parameters(self._model)
                losses.append(float(loss.detach()))
            report(epoch, float(np.mean(losses)), self._averaged())
        return self._averaged()

    def _blend(self, average: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        """Exponential average; its memory starts short, as the first weights are bad."""
        keep = min(self._recipe.averaging, (1 + int(count)) / (10 + int(count)))
        return torch.lerp(current, average, keep) if average.is_floating_point() else current

    def _averaged(self) -> MiniModel:
        return cast(MiniModel, self._average.module).eval()

    def _loss(self, indices: np.ndarray) -> Tensor:
        mixture = self._views(indices)
        captions = [self._caption(i) for _ in range(self._recipe.captions) for i in indices]
        with torch.autocast("cpu", torch.bfloat16):
            images = self._model.get_image_features(normalise(mixture.views))
            texts = self._model.get_text_features(self._ids(captions))
        logits = self._model.logit_scale.exp().clamp(max=50) * images @ texts.T
        facts, named = self._facts.of(indices), self._facts.named(captions)
        true = mixture.blend(truth(facts, named).float())
        unknown = mixture.blend(doubt(facts, self._facts.absent(indices), named).float()) > 0
        labels = [mixture.blend(kind) for kind in self._heads.labels(torch.from_numpy(indices))]
        by_label = self._heads.loss(images, labels, self._recipe.head_weights)
        return contrastive_loss(logits, true, unknown) + by_label

    def _views(self, indices: np.ndarray) -> Mixture:
        pixels = torch.from_numpy(self._collection.pixels[indices])
        views = random_views(pixels, self._size, self._torch_rng)
        mix = self._rng.random() < self._recipe.mixed
        return cut_mix(views, self._torch_rng) if mix else unmixed(views)

    def _caption(self, index: int) -> Caption:
        return self._writer.write(
            self._collection.paintings[index], self._collection.colours[index]
        )

    def _ids(self, captions: Sequence[Caption]) -> Tensor:
        """Token ids, some of them made unknown, so that an unknown word costs little later."""
        encodings = self.tokenizer.encode_batch([caption.text for caption in captions])
        ids = torch.tensor([encoding.ids for encoding in encodings])
        lost = torch.rand(ids.shape, generator=self._torch_rng) < self._recipe.unknown_tokens
        return ids.masked_fill(lost & (ids >= FIRST_WORD_ID), UNKNOWN_ID)

    def _train_tokenizer(self) -> Tokenizer:
        count = len(self._collection.paintings)
        texts = (self._caption(i).text for _ in range(CORPUS_CAPTIONS) for i in range(count))
        return train_tokenizer(texts, self._recipe.vocab_size, self._recipe.max_tokens)


def normalise(images: Tensor) -> Tensor:
    """Images `[n, 3, h, w]` in 0..1 to what the network takes."""
    mean, std = torch.tensor(MEAN).reshape(1, 3, 1, 1), torch.tensor(STD).reshape(1, 3, 1, 1)
    return ((images - mean) / std).contiguous(memory_format=torch.channels_last)
