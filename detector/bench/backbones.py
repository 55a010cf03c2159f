"""Light backbones of others, to measure by: MobileNetV2 and ShuffleNetV2, as their papers' tables give them.

Each takes a picture (N, 3, H, W) to the three maps that a pyramid starts from, at strides 8, 16 and 32. What only the
classifier needs, the last 1x1 convolution included, is left out.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ConvNormActivation(nn.Sequential):
    """Convolution, BatchNorm and, unless it is None, an activation."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        *,
        stride: int = 1,
        groups: int = 1,
        activation: type[nn.ReLU | nn.ReLU6] | None = nn.ReLU,
    ) -> None:
        convolution = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, groups=groups, bias=False)
        layers: list[nn.Module] = [convolution, nn.BatchNorm2d(out_channels)]
        super().__init__(*layers, *([activation(inplace=True)] if activation else []))


class InvertedResidual(nn.Module):
    """1x1 to `expansion` times the width, depthwise 3x3, 1x1 without activation (Sandler et al., 2018, table 1)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, expansion: int) -> None:
        super().__init__()
        width = expansion * in_channels
        expand = [ConvNormActivation(in_channels, width, 1, activation=nn.ReLU6)] if expansion > 1 else []
        self.convolutions = nn.Sequential(
            *expand,
            ConvNormActivation(width, width, 3, stride=stride, groups=width, activation=nn.ReLU6),
            ConvNormActivation(width, out_channels, 1, activation=None),
        )
        self.has_shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, h, w) to (N, out_channels, h / stride, w / stride)."""
        y: Tensor = self.convolutions(x)
        return x + y if self.has_shortcut else y


class MobileNetV2(nn.Module):
    """MobileNetV2 of width 1 (Sandler et al., 2018, table 2)."""

    # Expansion, channels, blocks, stride of the first block.
    ROWS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    # How many of the rows bring a picture to each of the strides 8, 16 and 32.
    STAGES = ((0, 3), (3, 5), (5, 7))
    out_channels = (32, 96, 320)

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvNormActivation(3, 32, 3, stride=2, activation=nn.ReLU6)
        widths = (32, *(channels for _, channels, _, _ in self.ROWS))
        rows = [
            nn.Sequential(
                *(
                    InvertedResidual(channels if block else width, channels, 1 if block else stride, expansion)
                    for block in range(blocks)
                )
            )
            for width, (expansion, channels, blocks, stride) in zip(widths, self.ROWS, strict=False)
        ]
        self.stages = nn.ModuleList(nn.Sequential(*rows[first:last]) for first, last in self.STAGES)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Run stem and stages."""
        return _through(self.stages, self.stem(x))


class ShuffleUnit(nn.Module):
    """Half the channels pass, half go through 1x1, depthwise 3x3, 1x1; then both are shuffled.

    With stride 2 both branches take all channels (Ma et al., 2018, figure 3, c and d).
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        width = out_channels // 2
        self.passes = stride == 1
        branch_channels = in_channels // 2 if self.passes else in_channels
        self.branch = nn.Sequential(
            ConvNormActivation(branch_channels, width, 1),
            ConvNormActivation(width, width, 3, stride=stride, groups=width, activation=None),
            ConvNormActivation(width, width, 1),
        )
        self.shortcut: nn.Module = nn.Identity()
        if not self.passes:
            self.shortcut = nn.Sequential(
                ConvNormActivation(in_channels, in_channels, 3, stride=2, groups=in_channels, activation=None),
                ConvNormActivation(in_channels, width, 1),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, h, w) to (N, out_channels, h / stride, w / stride)."""
        left, right = x.chunk(2, dim=1) if self.passes else (x, x)
        halves = torch.stack([self.shortcut(left), self.branch(right)], dim=2)
        # Channel by channel from either half: the shuffle of two groups.
        return halves.flatten(1, 2)


class ShuffleNetV2(nn.Module):
    """ShuffleNetV2 of width 1 (Ma et al., 2018, table 5)."""

    out_channels = (116, 232, 464)
    UNITS = (4, 8, 4)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvNormActivation(3, 24, 3, stride=2), nn.MaxPool2d(3, stride=2, padding=1))
        self.stages = nn.ModuleList(
            nn.Sequential(
                *(ShuffleUnit(channels if unit else width, channels, 1 if unit else 2) for unit in range(units))
            )
            for width, channels, units in zip((24, *self.out_channels), self.out_channels, self.UNITS, strict=False)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """Run stem and stages."""
        return _through(self.stages, self.stem(x))


def _through(stages: nn.ModuleList, x: Tensor) -> list[Tensor]:
    features = []
    for stage in stages:
        x = stage(x)
        features.append(x)
    return features
