"""The backbone: a plain chain of convolutions (no branches, rule 4; fewer than 18 layers, rule 6)."""

from __future__ import annotations

from torch import Tensor, nn

from detector.network.config import FinderConfig, Norm, StageConfig
from detector.network.layers import ConvNormReLU, DilatedSeparableStem, equal_width_layers

FIRST_LEVEL_STRIDE = 16


class Stage(nn.Sequential):
    """Halve the resolution, then stay at one width: equal widths cost the least memory access (rule 2)."""

    def __init__(self, in_channels: int, config: StageConfig, norm: Norm) -> None:
        super().__init__(
            ConvNormReLU(in_channels, config.channels, norm, stride=2),
            equal_width_layers(config.channels, config.depth, config.convolution, norm),
        )


class Backbone(nn.Module):
    """Picture (N, 3, H, W) to feature maps at strides 16, 32, ...: a list of (N, C_i, H/s_i, W/s_i)."""

    def __init__(self, config: FinderConfig) -> None:
        super().__init__()
        self.stem: nn.Module
        if config.stem == "dilated_separable":
            self.stem = DilatedSeparableStem(config.stem_channels, config.norm)
        else:
            self.stem = ConvNormReLU(3, config.stem_channels, config.norm, stride=2)
        widths = [config.stem_channels, *(stage.channels for stage in config.stages)]
        self.stages = nn.ModuleList(
            Stage(width, stage, config.norm) for width, stage in zip(widths, config.stages, strict=False)
        )
        self.out_channels = [
            stage.channels for index, stage in enumerate(config.stages) if stage_stride(index) >= FIRST_LEVEL_STRIDE
        ]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Run stem and stages."""
        features = []
        x = self.stem(x)
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if stage_stride(index) >= FIRST_LEVEL_STRIDE:
                features.append(x)
        return features


def stage_stride(index: int) -> int:
    """Stride of the backbone's stage `index`: 4, 8, 16, ..."""
    return int(4 * 2**index)
