"""The trial by plain colours: what works passes, what is random or shuffled does not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import Encoder, load_encoder
from artlens_pipeline.encoders.matching import SIGNIFICANT, permutation_p_value, try_matching
from artlens_pipeline.encoders.registry import EMBEDDED
from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import artlens

SEEDS = 20


def test_the_embedded_encoder_passes_with_margin() -> None:
    found = try_matching(load_encoder())
    assert found.works
    assert found.p_value < SIGNIFICANT / 10
    assert found.matched > found.total / 2
    assert 0 < found.seconds < 5


def p_values(encoder: Encoder, change: Callable[[list], None], seeds: int = SEEDS) -> np.ndarray:
    """Of the encoder with its weights changed in place, by seed."""
    import torch

    weights = [w for w in encoder._model.parameters() if w.ndim > 1]  # type: ignore[attr-defined]
    found = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        change(weights)
        found.append(try_matching(encoder).p_value)
    return np.array(found)


def draw(weights: list) -> None:
    import torch

    for weight in weights:
        torch.nn.init.normal_(weight, std=weight[0].numel() ** -0.5)


def shuffle_between(weights: list) -> None:
    import torch

    pool = torch.cat([weight.detach().flatten() for weight in weights])
    parts = pool[torch.randperm(len(pool))].split([weight.numel() for weight in weights])
    for weight, part in zip(weights, parts, strict=True):
        weight.data.copy_(part.view(weight.shape))


def shuffle_within(weights: list) -> None:
    import torch

    for weight in weights:
        weight.data.copy_(weight.flatten()[torch.randperm(weight.numel())].view(weight.shape))


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_random_weights_fail(checkpoint: Callable[[str], Path], tmp_path: Path, kind: str) -> None:
    folder = Path(shutil.copytree(checkpoint(kind), tmp_path / kind))
    found = p_values(load_encoder(str(folder)), draw)
    assert (found < SIGNIFICANT).mean() <= 0.05
    assert 0.2 < found.mean() < 0.8  # as often better as worse than chance: the test is fair


def test_shuffled_weights_fail(tmp_path: Path) -> None:
    """Of artlens-mini, the one trained encoder that is here."""
    for number, change in enumerate((shuffle_between, shuffle_within)):
        folder = Path(shutil.copytree(EMBEDDED["artlens-mini"], tmp_path / str(number)))
        assert (p_values(load_encoder(str(folder)), change, 10) >= SIGNIFICANT).all()


def test_the_p_value_is_that_of_its_definition() -> None:
    assert permutation_p_value(np.eye(11)) == pytest.approx(1 / 20_001)
    assert permutation_p_value(np.ones((11, 11))) == 1
    # All 3! pairings can be listed: 2 of 6 have a sum as high as this one's.
    uneven = np.array([[2.0, 2.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    assert permutation_p_value(uneven) == pytest.approx(2 / 6, abs=0.02)


def test_doctor_tells_them_apart(checkpoint: Callable[[str], Path], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    good = artlens(home, "doctor", "--encoder", "artlens-mini")
    assert good.returncode == 0, good.stderr
    assert "fit together" in good.stdout
    bad = artlens(home, "doctor", "--encoder", str(checkpoint("clip")))
    assert bad.returncode == 1, bad.stderr
    assert "no better than chance" in bad.stdout
    for fact in ("revision", "24 dimensions", "77 tokens", "224 pixels", "s an image"):
        assert fact in bad.stdout
    unknown = artlens(home, "doctor", "--encoder", "no-such-encoder")
    assert unknown.returncode == 2
    assert not home.collection.exists()
