"""The backbone: a plain chain of convolutions (no branches, rule 4; fewer than 18 layers, rule 6), or a ResNet."""

from __future__ import annotations

from torch import Tensor, nn

from detector.network.config import FinderConfig, Norm, StageConfig
from detector.network.layers import ConvNormReLU, DilatedSeparableStem, equal_width_layers
from detector.network.resnet import ResNetStem, residual_stage


class Stage(nn.Sequential):
    """Halve the resolution, then stay at one width: equal widths cost the least memory access (rule 2)."""

    def __init__(self, in_channels: int, config: StageConfig, norm: Norm) -> None:
        super().__init__(
            ConvNormReLU(in_channels, config.channels, norm, stride=2),
            equal_width_layers(config.channels, config.depth, config.convolution, norm),
        )


class Backbone(nn.Module):
    """Picture (N, 3, H, W) to feature maps at the strides of the pyramid's levels: a list of (N, C_i, H/s_i, W/s_i)."""

    def __init__(self, config: FinderConfig) -> None:
        super().__init__()
        self.first_stride = config.anchors.strides[0]
        self.stem = _stem(config)
        widths = [config.stem_channels, *(stage.channels for stage in config.stages)]
        self.stages = nn.ModuleList(
            _stage(config, index, width) for index, width in enumerate(widths[: len(config.stages)])
        )
        self.out_channels = [
            stage.channels for index, stage in enumerate(config.stages) if stage_stride(index) >= self.first_stride
        ]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Run stem and stages."""
        features = []
        x = self.stem(x)
        for index, stage in enumerate(self.stages):
            x = stage(x)
            if stage_stride(index) >= self.first_stride:
                features.append(x)
        return features


def _stem(config: FinderConfig) -> nn.Module:
    if config.stem == "resnet":
        return ResNetStem(config.stem_channels, config.norm)
    if config.stem == "dilated_separable":
        return DilatedSeparableStem(config.stem_channels, config.norm)
    return ConvNormReLU(3, config.stem_channels, config.norm, stride=2)


def _stage(config: FinderConfig, index: int, in_channels: int) -> nn.Module:
    stage = config.stages[index]
    if config.stem == "resnet":
        # The stem's max-pool has brought a ResNet to stride 4 already.
        return residual_stage(in_channels, stage, 2 if index else 1, config.norm)
    return Stage(in_channels, stage, config.norm)


def stage_stride(index: int) -> int:
    """Stride of the backbone's stage `index`: 4, 8, 16, ..."""
    return int(4 * 2**index)
