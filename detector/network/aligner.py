"""The aligner: the second look at one candidate, warped from the full-resolution picture to a small canonical view.

It says where exactly the four corners are, which of the four quarter turns is upright, and whether this is an
identity card at all. A plain encoder down to stride 16, whose end answers the two questions about the whole card,
and a slim decoder back to stride 4, whose heat maps answer where the corners are.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from detector.network.config import AlignerConfig
from detector.network.layers import ConvNormReLU, equal_width_layers

CONTEXT_DILATION = 3


class AlignerOutput(NamedTuple):
    """What the aligner says of N views.

    Attributes:
        corners: (N, 4, 2), view pixels, clockwise from the view's top-left.
        rotation: Logits, (N, 4): which of these corners is the content's top-left.
        card: Logits, (N,): whether this is an identity card.
        heat: Logits of the corners' heat maps, (N, 4, h, w), for the training's sake.
    """

    corners: Tensor
    rotation: Tensor
    card: Tensor
    heat: Tensor

    def in_single_precision(self) -> AlignerOutput:
        """The same as float32, whatever it was computed in: losses take logarithms."""
        return AlignerOutput(*(values.float() for values in self))


class Decoder(nn.Module):
    """Bring coarse features one step finer: 1x1, upsample, add the lateral (the slim pyramid's step), one 3x3."""

    def __init__(self, coarse_channels: int, fine_channels: int, config: AlignerConfig) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(coarse_channels, fine_channels, 1)
        self.smooth = ConvNormReLU(fine_channels, fine_channels, config.norm)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """(N, coarse_channels, h, w) and (N, fine_channels, 2 h, 2 w) to the latter's shape."""
        # By a constant factor, not to a size: ONNX Runtime then stays in its own memory layout.
        above = functional.interpolate(self.reduce(coarse), scale_factor=2.0, mode="nearest")
        smoothed: Tensor = self.smooth(above + fine)
        return smoothed


class SoftArgMax(nn.Module):
    """Heat-map logits (N, K, h, w) to sub-pixel positions (N, K, 2): the expectation under their softmax.

    Source: Sun et al., Integral Human Pose Regression, 2018, eq. 2.
    """

    positions: Tensor

    def __init__(self, width: int, height: int, stride: int) -> None:
        super().__init__()
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        positions = (torch.stack([x, y], dim=-1).reshape(-1, 2) + 0.5) * stride
        self.register_buffer("positions", positions.float(), persistent=False)

    def forward(self, heat: Tensor) -> Tensor:
        """Take the expectation."""
        # In single precision: half of it would round the positions to a quarter of a pixel, bfloat16 to a whole one.
        with _without_autocast(heat.device):
            return heat.flatten(2).float().softmax(dim=-1) @ self.positions.float()


def _without_autocast(device: torch.device) -> AbstractContextManager[object]:
    """Matrix products as they are given, also where a training step computes in fewer bits."""
    is_known = torch.amp.is_autocast_available(device.type)  # profiling runs on a device that has none
    return torch.autocast(device.type, enabled=False) if is_known else nullcontext()


class Aligner(nn.Module):
    """View (N, 3, height, width), values 0 to 1 in BGR order, to corners, rotation and card-or-not."""

    def __init__(self, config: AlignerConfig) -> None:
        super().__init__()
        self.config = config
        stride2, stride4, stride8, stride16 = config.widths
        depth4, depth8, depth16 = config.depths
        self.stem = ConvNormReLU(3, stride2, config.norm, stride=2)
        self.stage4 = self._stage(stride2, stride4, depth4)
        self.stage8 = self._stage(stride4, stride8, depth8)
        self.stage16 = self._stage(stride8, stride16, depth16)
        self.context = nn.Sequential(
            *(
                ConvNormReLU(stride16, stride16, config.norm, dilation=CONTEXT_DILATION)
                for _ in range(config.context_layers)
            )
        )
        self.decoder8 = Decoder(stride16, stride8, config)
        self.decoder4 = Decoder(stride8, stride4, config)
        self.heat = nn.Conv2d(stride4, 4, 1)
        self.soft_arg_max = SoftArgMax(config.view_width_px // 4, config.view_height_px // 4, stride=4)
        self.squeeze = nn.Conv2d(stride16, 32, 1)
        cells = (config.view_width_px // 32) * (config.view_height_px // 32)
        self.judge = nn.Sequential(nn.Linear(32 * cells, 64), nn.ReLU(inplace=True), nn.Linear(64, 5))

    def _stage(self, in_channels: int, channels: int, depth: int) -> nn.Sequential:
        norm = self.config.norm
        return nn.Sequential(
            ConvNormReLU(in_channels, channels, norm, stride=2), equal_width_layers(channels, depth, "3x3", norm)
        )

    def forward(self, x: Tensor) -> AlignerOutput:
        """Run encoder, decoder and judge."""
        features4 = self.stage4(self.stem(x))
        features8 = self.stage8(features4)
        features16 = self.context(self.stage16(features8))
        heat: Tensor = self.heat(self.decoder4(self.decoder8(features16, features8), features4))
        layout = functional.avg_pool2d(functional.relu(self.squeeze(features16)), 2).flatten(1)
        verdict = self.judge(layout)
        return AlignerOutput(self.soft_arg_max(heat), rotation=verdict[:, :4], card=verdict[:, 4], heat=heat)
