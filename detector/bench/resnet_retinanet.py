"""The peer: RetinaNet on ResNet-50, as published, to measure the light network against.

Weights are random: its time does not depend on them. Shapes: N pictures, H and W the input's size, A anchors.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

PYRAMID_CHANNELS = 256
ANCHORS_PER_CELL = 9
STRIDES = (8, 16, 32, 64, 128)


class Bottleneck(nn.Module):
    """1x1 reduce, 3x3, 1x1 expand by 4, and a shortcut (He et al., 2016, figure 5). The stride is in the first 1x1."""

    expansion = 4

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__()
        out_channels = width * self.expansion
        self.conv1 = nn.Conv2d(in_channels, width, 1, stride, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(out_channels)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(N, in_channels, h, w) to (N, 4 * width, h / stride, w / stride)."""
        y = functional.relu(self.norm1(self.conv1(x)))
        y = functional.relu(self.norm2(self.conv2(y)))
        return functional.relu(self.norm3(self.conv3(y)) + self.shortcut(x))


class ResNet50(nn.Module):
    """Picture (N, 3, H, W) to C3, C4, C5: (N, 512, H/8, W/8), (N, 1024, H/16, W/16), (N, 2048, H/32, W/32).

    He et al., Deep Residual Learning, 2016, table 1, without the classifier.
    """

    out_channels = (512, 1024, 2048)

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.stage2 = _stage(64, width=64, depth=3, stride=1)
        self.stage3 = _stage(256, width=128, depth=4, stride=2)
        self.stage4 = _stage(512, width=256, depth=6, stride=2)
        self.stage5 = _stage(1024, width=512, depth=3, stride=2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The features at strides 8, 16 and 32."""
        c3 = self.stage3(self.stage2(self.stem(x)))
        c4 = self.stage4(c3)
        return c3, c4, self.stage5(c4)


class FeaturePyramid(nn.Module):
    """C3, C4, C5 to P3 ... P7, each (N, 256, H/s, W/s) (Lin et al., Focal Loss, 2017, section 4 and footnote 2)."""

    def __init__(self, in_channels: Sequence[int]) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(width, PYRAMID_CHANNELS, 1) for width in in_channels)
        self.smooths = nn.ModuleList(nn.Conv2d(PYRAMID_CHANNELS, PYRAMID_CHANNELS, 3, padding=1) for _ in in_channels)
        self.p6 = nn.Conv2d(in_channels[-1], PYRAMID_CHANNELS, 3, stride=2, padding=1)
        self.p7 = nn.Conv2d(PYRAMID_CHANNELS, PYRAMID_CHANNELS, 3, stride=2, padding=1)

    def forward(self, features: tuple[Tensor, Tensor, Tensor]) -> list[Tensor]:
        """The five levels, finest first."""
        levels = [lateral(feature) for lateral, feature in zip(self.laterals, features, strict=True)]
        for finer in (1, 0):
            above = functional.interpolate(levels[finer + 1], size=levels[finer].shape[-2:], mode="nearest")
            levels[finer] = levels[finer] + above
        levels = [smooth(level) for smooth, level in zip(self.smooths, levels, strict=True)]
        p6 = self.p6(features[-1])
        return [*levels, p6, self.p7(functional.relu(p6))]


class Subnet(nn.Sequential):
    """Four 3x3 convolutions of 256 channels, then the outputs: levels (N, 256, h, w) to (N, h * w * 9, values)."""

    def __init__(self, values: int) -> None:
        layers: list[nn.Module] = []
        for _ in range(4):
            layers += [nn.Conv2d(PYRAMID_CHANNELS, PYRAMID_CHANNELS, 3, padding=1), nn.ReLU(inplace=True)]
        super().__init__(*layers, nn.Conv2d(PYRAMID_CHANNELS, ANCHORS_PER_CELL * values, 3, padding=1))
        self.values = values

    def forward(self, x: Tensor) -> Tensor:
        """Cells row by row, the anchors of a cell together."""
        y: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
        return y.permute(0, 2, 3, 1).reshape(y.shape[0], -1, self.values)


class ResNetRetinaNet(nn.Module):
    """Picture (N, 3, H, W) to logits (N, A, 1) and deltas (N, A, 4), nine anchors a cell of P3 ... P7, one class."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = ResNet50()
        self.pyramid = FeaturePyramid(ResNet50.out_channels)
        self.classificationModel = Subnet(values=1)
        self.regressionModel = Subnet(values=4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Raw outputs for all anchors, the finest level first."""
        levels = self.pyramid(self.backbone(x))
        logits = torch.cat([self.classificationModel(level) for level in levels], dim=1)
        deltas = torch.cat([self.regressionModel(level) for level in levels], dim=1)
        return logits, deltas


def _stage(in_channels: int, width: int, depth: int, stride: int) -> nn.Sequential:
    out_channels = width * Bottleneck.expansion
    following = [Bottleneck(out_channels, width, stride=1) for _ in range(depth - 1)]
    return nn.Sequential(Bottleneck(in_channels, width, stride), *following)
