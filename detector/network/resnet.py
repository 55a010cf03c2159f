"""The parts of a ResNet (He et al., Deep Residual Learning, 2016, table 1), the backbone of the teachers.

A block that halves the resolution does so in its 3x3 convolution, as in torchvision, whose weights therefore fit.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from detector.network.config import Norm, StageConfig
from detector.network.layers import ConvNormReLU, normalisation

BOTTLENECK_EXPANSION = 4


class ResNetStem(nn.Sequential):
    """7x7 with stride 2 and a max-pool: (N, 3, H, W) to (N, channels, H / 4, W / 4)."""

    def __init__(self, channels: int, norm: Norm) -> None:
        super().__init__(
            ConvNormReLU(3, channels, norm, kernel=7, stride=2), nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        )


class ResidualBlock(nn.Module):
    """Convolutions beside a shortcut: two of 3x3, or 1x1, 3x3 and 1x1 (He et al., figure 5)."""

    def __init__(self, in_channels: int, channels: int, stride: int, *, bottleneck: bool, norm: Norm) -> None:
        super().__init__()
        width = channels // BOTTLENECK_EXPANSION if bottleneck else channels
        first = [ConvNormReLU(in_channels, width, norm, kernel=1)] if bottleneck else []
        self.convolutions = nn.Sequential(
            *first,
            ConvNormReLU(width if bottleneck else in_channels, width, norm, stride=stride),
            _linear(width, channels, norm, kernel=1 if bottleneck else 3),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != channels:
            self.shortcut = _linear(in_channels, channels, norm, kernel=1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, h, w) to (N, channels, h / stride, w / stride)."""
        return functional.relu(self.convolutions(x) + self.shortcut(x))


def residual_stage(in_channels: int, config: StageConfig, stride: int, norm: Norm) -> nn.Sequential:
    """The blocks of one stage; the first has the stride."""
    bottleneck = config.convolution == "bottleneck"
    widths = [in_channels, *[config.channels] * (config.depth - 1)]
    return nn.Sequential(
        *(
            ResidualBlock(width, config.channels, 1 if index else stride, bottleneck=bottleneck, norm=norm)
            for index, width in enumerate(widths)
        )
    )


def _linear(in_channels: int, channels: int, norm: Norm, *, kernel: int, stride: int = 1) -> nn.Sequential:
    """Convolution and normalisation without ReLU."""
    convolution = nn.Conv2d(in_channels, channels, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, normalisation(channels, norm))
