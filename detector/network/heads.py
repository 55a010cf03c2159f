"""The heads: chains of convolutions, 1x1 (rule 10) but for the teachers', shared by all levels of the pyramid."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

PRIOR_PROBABILITY = 0.01


class Head(nn.Sequential):
    """Convolutions with ReLU between; `values` outputs for each of a cell's anchors."""

    def __init__(
        self, in_channels: int, widths: tuple[int, ...], anchors_per_cell: int, values: int, kernel: int = 1
    ) -> None:
        layers: list[nn.Module] = []
        for width in widths:
            layers += [nn.Conv2d(in_channels, width, kernel, padding=kernel // 2), nn.ReLU(inplace=True)]
            in_channels = width
        super().__init__(*layers, nn.Conv2d(in_channels, anchors_per_cell * values, kernel, padding=kernel // 2))
        self.values = values
        for layer in self:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        nn.init.normal_(self[-1].weight, std=0.01)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, H * W * anchors_per_cell, values): cells row by row, anchors of a cell together."""
        y: Tensor = super().forward(x)  # type: ignore[no-untyped-call]
        return y.permute(0, 2, 3, 1).reshape(y.shape[0], -1, self.values)


class ClassificationHead(Head):
    """Logit that an anchor holds a card. Starts at a prior of 0.01 (Lin et al., Focal Loss, section 4.1)."""

    def __init__(self, in_channels: int, widths: tuple[int, ...], anchors_per_cell: int, kernel: int = 1) -> None:
        super().__init__(in_channels, widths, anchors_per_cell, values=1, kernel=kernel)
        nn.init.constant_(self[-1].bias, -math.log((1 - PRIOR_PROBABILITY) / PRIOR_PROBABILITY))  # type: ignore[arg-type]


def over_levels(head: Head, levels: list[Tensor]) -> Tensor:
    """Outputs of a head on every level, finest first: (N, A, values)."""
    return torch.cat([head(level) for level in levels], dim=1)
