from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from detector.network.aligner import Aligner
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.layers import ChannelAffine
from detector.network.retinanet import RetinaNet
from detector.network.runtime import folded
from detector.training.fold import with_affine_norms


class OneNorm(nn.Module):
    """GroupNorm and nothing else."""

    def __init__(self, groups: int, channels: int) -> None:
        super().__init__()
        self.config = AlignerConfig("one norm")
        self.norm = nn.GroupNorm(groups, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x)


def with_random_affines(model: nn.Module) -> nn.Module:
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, ChannelAffine):
                module.scale.uniform_(0.5, 2)
                module.shift.normal_(0, 0.5)
    return model.eval()


def test_affines_are_the_least_squares_lines_of_their_channels() -> None:
    torch.manual_seed(0)
    model, pictures = OneNorm(2, 4), [torch.randn(2, 4, 5, 6) * 3 + 1, torch.randn(1, 4, 3, 3)]
    fitted = with_affine_norms(model, pictures).norm.requires_grad_(False)
    assert isinstance(fitted, ChannelAffine)
    for channel in range(4):
        x = torch.cat([picture[:, channel].flatten() for picture in pictures])
        y = torch.cat([model(picture)[:, channel].flatten() for picture in pictures])
        slope, offset = np.polyfit(x.numpy().astype(float), y.detach().numpy().astype(float), 1)
        assert float(fitted.scale[channel]) == pytest.approx(slope, rel=1e-4)
        assert float(fitted.shift[channel]) == pytest.approx(offset, abs=1e-4)


def test_on_one_picture_with_a_group_for_each_channel_nothing_is_lost() -> None:
    torch.manual_seed(0)
    picture = torch.randn(1, 4, 6, 6) * 5 + 2
    model = OneNorm(4, 4)
    torch.testing.assert_close(with_affine_norms(model, [picture])(picture), model(picture), atol=1e-4, rtol=1e-4)


def test_a_channel_that_never_varies_keeps_its_mean() -> None:
    picture = torch.randn(1, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    picture[:, 1] = 2.5
    model = OneNorm(2, 4)
    torch.testing.assert_close(with_affine_norms(model, [picture])(picture)[:, 1], model(picture)[:, 1])


def test_each_affine_is_fitted_behind_the_affines_before_it() -> None:
    """Fitting again the norm of a second layer, on what the fitted first layer gives, changes nothing."""
    torch.manual_seed(0)
    model = nn.Sequential(OneNorm(1, 2), nn.ReLU(), OneNorm(1, 2))
    model.config = AlignerConfig("two norms")  # type: ignore[assignment]
    pictures = [torch.randn(2, 2, 8, 8)]
    fitted = with_affine_norms(model, pictures)
    seen = [fitted[1](fitted[0](picture)).detach() for picture in pictures]
    alone = with_affine_norms(model[2], seen).norm
    torch.testing.assert_close(fitted[2].norm.scale, alone.scale)
    torch.testing.assert_close(fitted[2].norm.shift, alone.shift)


def test_the_network_given_is_left_as_it_was(tiny_aligner: AlignerConfig) -> None:
    model = Aligner(tiny_aligner)
    fitted = with_affine_norms(model, [torch.rand(1, 3, 32, 64)])
    assert (model.config.norm, fitted.config.norm) == ("group", "affine")
    assert any(isinstance(module, nn.GroupNorm) for module in model.modules())
    assert not any(isinstance(module, nn.GroupNorm) for module in fitted.modules())


def test_fitted_weights_load_into_a_network_built_with_affines(tiny_finder: FinderConfig) -> None:
    fitted = with_affine_norms(RetinaNet(tiny_finder), [torch.rand(1, 3, 128, 128)])
    RetinaNet(replace(tiny_finder, norm="affine")).load_state_dict(fitted.state_dict())


@pytest.mark.parametrize("stem", ["dense", "dilated_separable"])
def test_a_folded_finder_gives_what_it_gave(stem: str, tiny_finder: FinderConfig) -> None:
    torch.manual_seed(0)
    model = with_random_affines(RetinaNet(replace(tiny_finder, stem=stem, norm="affine")))
    picture = torch.rand(1, 3, 128, 192)
    with torch.no_grad():
        for after, before in zip(folded(model)(picture), model(picture), strict=True):
            torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_a_folded_aligner_gives_what_it_gave(tiny_aligner: AlignerConfig) -> None:
    torch.manual_seed(0)
    model = with_random_affines(Aligner(replace(tiny_aligner, norm="affine")))
    views = torch.rand(2, 3, 32, 64)
    with torch.no_grad():
        for after, before in zip(folded(model)(views), model(views), strict=True):
            torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-4)


def test_nothing_but_convolutions_is_left_of_a_norm(tiny_aligner: AlignerConfig) -> None:
    model = Aligner(replace(tiny_aligner, norm="affine"))
    assert not any(isinstance(module, ChannelAffine) for module in folded(model).modules())
    assert any(isinstance(module, ChannelAffine) for module in model.modules())


def test_group_norm_cannot_be_folded(tiny_finder: FinderConfig) -> None:
    with pytest.raises(ValueError, match=r"not folded: backbone\.stem\.1"):
        folded(RetinaNet(tiny_finder))
