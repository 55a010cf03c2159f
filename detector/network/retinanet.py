"""The finder: a RetinaNet (Lin et al., 2017) in the order of the article: backbone, pyramid, heads."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from detector.network.backbone import Backbone
from detector.network.config import PRESETS, FinderConfig
from detector.network.heads import ClassificationHead, Head, over_levels
from detector.network.pyramid import Pyramid, SmoothPyramid


class FinderOutput(NamedTuple):
    """Raw outputs for all A anchors: logits (N, A, 1), box deltas (N, A, 4), corner offsets (N, A, 8) or None."""

    logits: Tensor
    deltas: Tensor
    corners: Tensor | None

    def in_single_precision(self) -> FinderOutput:
        """The same as float32, whatever it was computed in: losses take logarithms."""
        corners = None if self.corners is None else self.corners.float()
        return FinderOutput(self.logits.float(), self.deltas.float(), corners)


class RetinaNet(nn.Module):
    """Picture (N, 3, H, W), values 0 to 1 in BGR order, H and W multiples of the coarsest stride, to raw outputs."""

    def __init__(self, config: FinderConfig) -> None:
        super().__init__()
        self.config = config
        channels, levels = config.pyramid_channels, len(config.anchors.strides)
        self.backbone = Backbone(config)
        self.pyramid: Pyramid | SmoothPyramid
        if config.smooth_pyramid:
            self.pyramid = SmoothPyramid(self.backbone.out_channels, channels, levels)
        else:
            self.pyramid = Pyramid(self.backbone.out_channels, channels, levels, config.norm)
        widths, per_cell, kernel = config.head_widths, config.anchors.per_cell, config.head_kernel
        self.classificationModel = ClassificationHead(channels, widths, per_cell, kernel)
        self.regressionModel = Head(channels, widths, per_cell, values=4, kernel=kernel)
        self.cornerModel = Head(channels, widths, per_cell, values=8, kernel=kernel) if config.corner_head else None

    def forward(self, x: Tensor) -> FinderOutput:
        """Run backbone, pyramid and heads."""
        levels = self.pyramid(self.backbone(x))
        return FinderOutput(
            logits=over_levels(self.classificationModel, levels),
            deltas=over_levels(self.regressionModel, levels),
            corners=over_levels(self.cornerModel, levels) if self.cornerModel is not None else None,
        )


def build_finder(preset: str) -> RetinaNet:
    """The finder of a preset, with fresh weights.

    Raises:
        KeyError: there is no such preset.
    """
    return RetinaNet(PRESETS[preset])
