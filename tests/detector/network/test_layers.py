from __future__ import annotations

import pytest
import torch

from detector.network.config import Convolution
from detector.network.layers import ChannelAffine, DilatedSeparableStem, equal_width_layers


def test_an_affine_scales_and_shifts_each_channel() -> None:
    affine = ChannelAffine(2)
    x = torch.ones(1, 2, 3, 3)
    torch.testing.assert_close(affine(x), x)
    with torch.no_grad():
        affine.scale.copy_(torch.tensor([2.0, 3.0]))
        affine.shift.copy_(torch.tensor([0.0, -1.0]))
    torch.testing.assert_close(affine(x), torch.full_like(x, 2.0))


@pytest.mark.parametrize("convolution", ["3x3", "1x1"])
def test_layers_of_equal_width_keep_the_shape(convolution: Convolution) -> None:
    layers = equal_width_layers(8, 2, convolution, "group")
    assert layers(torch.rand(1, 8, 6, 10)).shape == (1, 8, 6, 10)


def test_the_dilated_stem_sees_five_by_five_pixels() -> None:
    """Rule 7 of the article."""
    image = torch.rand(1, 3, 16, 16, requires_grad=True)
    stem = DilatedSeparableStem(8, "affine")
    stem[1](stem[0](image))[0, :, 4, 4].sum().backward()
    rows, columns = torch.nonzero(image.grad[0, 0], as_tuple=True)
    assert (rows.max() - rows.min() + 1, columns.max() - columns.min() + 1) == (5, 5)
