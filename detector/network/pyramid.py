"""Feature pyramids: the slim one, and the published one of the teachers."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from detector.network.config import Norm
from detector.network.layers import ConvNormReLU


class Pyramid(nn.Module):
    """Feature maps at strides 16, 32, ... to `levels` maps of equal width, each half the size of the one before.

    Slim: 1x1 laterals, one add a level, no smoothing convolutions (rules 4 and 5). Levels that the backbone does not
    reach are made by stride-2 convolutions on the coarsest map, and end in a lateral like the others.
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
        levels = _top_down([lateral(feature) for lateral, feature in zip(self.laterals, features, strict=True)])
        for convolution in self.coarser:
            levels.append(convolution(levels[-1]))
        return levels


class SmoothPyramid(nn.Module):
    """The same as published (Lin et al., Focal Loss, 2017, section 4 and footnote 2).

    A 3x3 convolution smooths each level, and the levels that the backbone does not reach are made by stride-2
    convolutions, the first of them on the backbone's last map.
    """

    def __init__(self, in_channels: list[int], channels: int, levels: int) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in in_channels)
        self.smooths = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in in_channels)
        added = levels - len(in_channels)
        self.coarser = nn.ModuleList(
            nn.Conv2d(width, channels, 3, stride=2, padding=1)
            for width in [in_channels[-1], *[channels] * (added - 1)][:added]
        )

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """Laterals, then top-down adds, then smoothing, then the coarser levels."""
        levels = _top_down([lateral(feature) for lateral, feature in zip(self.laterals, features, strict=True)])
        levels = [smooth(level) for smooth, level in zip(self.smooths, levels, strict=True)]
        below = features[-1]
        for convolution in self.coarser:
            levels.append(convolution(below))
            below = functional.relu(levels[-1])
        return levels


def _top_down(levels: list[Tensor]) -> list[Tensor]:
    """Add to each level the coarser ones, brought to its size."""
    for finer in range(len(levels) - 2, -1, -1):
        levels[finer] = levels[finer] + _twice_as_fine(levels[finer + 1], levels[finer])
    return levels


def _twice_as_fine(coarse: Tensor, fine: Tensor) -> Tensor:
    """The coarse map at the fine one's size.

    By a constant factor instead of to that size, which ONNX Runtime does without leaving its own memory layout; beside
    a map of an odd size, it is one cell larger.
    """
    above = functional.interpolate(coarse, scale_factor=2.0, mode="nearest")
    height, width = fine.shape[-2:]
    return above if above.shape[-2:] == (height, width) else above[..., :height, :width]
