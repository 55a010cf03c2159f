"""A slim feature pyramid: 1x1 laterals, one add a level, no smoothing convolutions (rules 4 and 5)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from detector.network.config import Norm
from detector.network.layers import ConvNormReLU


class Pyramid(nn.Module):
    """Feature maps at strides 16, 32, ... to `levels` maps of equal width, each half the size of the one before.

    Levels that the backbone does not reach are made by stride-2 convolutions on the coarsest map, and end in a lateral
    like the others.
    """

    def __init__(self, in_channels: list[int], channels: int, levels: int, norm: Norm) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in in_channels)
        self.coarser = nn.ModuleList(
            nn.Sequential(ConvNormReLU(channels, channels, norm, stride=2), nn.Conv2d(channels, channels, 1))
            for _ in range(levels - len(in_channels))
        )

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Laterals, then top-down adds, then the coarser levels."""
        levels = [lateral(feature) for lateral, feature in zip(self.laterals, features, strict=True)]
        for finer in range(len(levels) - 2, -1, -1):
            above = functional.interpolate(levels[finer + 1], size=levels[finer].shape[-2:], mode="nearest")
            levels[finer] = levels[finer] + above
        for convolution in self.coarser:
            levels.append(convolution(levels[-1]))
        return levels
