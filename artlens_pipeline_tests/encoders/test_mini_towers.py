"""The towers of artlens-mini beside what torch computes in another way."""

import pytest
import torch

from artlens_pipeline.encoders.mini_towers import _mean_and_deviation


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_statistics_are_means_and_deviations_of_channels(layout: torch.memory_format) -> None:
    x = torch.randn(4, 6, 5, 7, generator=torch.Generator().manual_seed(4)) * 3 + 1
    mean, deviation = _mean_and_deviation(x.contiguous(memory_format=layout))
    torch.testing.assert_close(mean, x.mean(dim=(2, 3)))
    torch.testing.assert_close(deviation, x.std(dim=(2, 3), correction=0), rtol=1e-4, atol=1e-4)
