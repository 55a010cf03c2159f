"""What fixes a network: frozen configurations and the presets that ship.

A configuration is stored inside every weight file, so that a file alone says how to build its network.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Stem = Literal["dilated_separable", "dense", "resnet"]
Norm = Literal["group", "affine", "batch"]
Convolution = Literal["3x3", "1x1", "basic", "bottleneck"]

# Beyond every network that is built here: a file that says more is damaged, and would take all memory.
_WIDEST = 8192
_DEEPEST = 64
_MOST_PARTS = 16
_LARGEST_KERNEL = 9


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One stage of the backbone: a stride-2 convolution to `channels`, then `depth` convolutions C -> C (rule 2).

    A ResNet's stage is `depth` residual blocks instead, the first of which changes the width and the resolution.

    Attributes:
        channels: Width of the stage, at its end.
        depth: How many C -> C convolutions follow the stride-2 one; in a ResNet, how many blocks there are.
        convolution: What those convolutions, or blocks, are.
    """

    channels: int
    depth: int
    convolution: Convolution = "3x3"


@dataclass(frozen=True, slots=True)
class AnchorConfig:
    """Anchors of one cell: every size with every aspect ratio (width / height), the same on each level.

    Attributes:
        strides: Stride of each pyramid level in pixels of the input.
        sizes: Geometric mean side of an anchor in units of its level's stride.
        ratios: Width over height.
    """

    strides: tuple[int, ...]
    sizes: tuple[float, ...]
    ratios: tuple[float, ...]

    @property
    def per_cell(self) -> int:
        """Anchors of one cell."""
        return len(self.sizes) * len(self.ratios)


@dataclass(frozen=True, slots=True)
class FinderConfig:
    """The finder, a RetinaNet: a light one, or a teacher on a ResNet.

    Attributes:
        name: Name of the preset.
        stem: First layers: dense 3x3; dilated and depthwise-separable (rule 7); or a ResNet's.
        stem_channels: Its width.
        stages: Backbone stages at strides 4, 8, 16, ...; the levels of the pyramid start at the anchors' first stride.
        pyramid_channels: Width of every pyramid level.
        head_widths: Hidden widths of each head.
        corner_head: Whether a third head gives the four coarse corners.
        anchors: The anchors.
        norm: "group" while training (rule 8), "affine" once calibrated for folding; "batch" is the published
            networks', to time them by.
        head_kernel: Side of the heads' convolutions: 1 (rule 10), or the published 3.
        smooth_pyramid: Whether the pyramid is the published one, with a 3x3 convolution on each level.
    """

    name: str
    stem: Stem
    stem_channels: int
    stages: tuple[StageConfig, ...]
    pyramid_channels: int
    head_widths: tuple[int, ...]
    corner_head: bool
    anchors: AnchorConfig
    norm: Norm = "group"
    head_kernel: int = 1
    smooth_pyramid: bool = False

    def to_json(self) -> str:
        """The configuration as JSON; `from_json` inverts it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> FinderConfig:
        """Inverse of `to_json`.

        Raises:
            ValueError, KeyError, TypeError: the text is no configuration of a finder.
        """
        fields = _fields(text)
        fields["stages"] = tuple(StageConfig(**stage) for stage in fields["stages"])
        fields["anchors"] = AnchorConfig(**{key: tuple(value) for key, value in dict(fields["anchors"]).items()})
        fields["head_widths"] = tuple(fields["head_widths"])
        config = FinderConfig(**fields)
        _check_finder(config)
        return config


@dataclass(frozen=True, slots=True)
class AlignerConfig:
    """The aligner: the second look at one candidate.

    Attributes:
        name: Name of the preset.
        view_width_px: Width of the canonical view.
        view_height_px: Height of the canonical view.
        widths: Channels at strides 2, 4, 8, 16.
        depths: C -> C convolutions at strides 4, 8, 16.
        context_layers: Dilated C -> C convolutions after those at stride 16, which let a corner see the whole card.
        norm: "group" while training, "affine" once calibrated for folding.
    """

    name: str
    view_width_px: int = 256
    view_height_px: int = 160
    widths: tuple[int, int, int, int] = (16, 16, 32, 96)
    depths: tuple[int, int, int] = (1, 2, 2)
    context_layers: int = 0
    norm: Norm = "group"

    def to_json(self) -> str:
        """The configuration as JSON; `from_json` inverts it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> AlignerConfig:
        """Inverse of `to_json`.

        Raises:
            ValueError, TypeError: the text is no configuration of an aligner.
        """
        fields = _fields(text)
        fields["widths"] = tuple(fields["widths"])
        fields["depths"] = tuple(fields["depths"])
        config = AlignerConfig(**fields)
        _check_aligner(config)
        return config


def _fields(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _check_finder(config: FinderConfig) -> None:
    """Raise ValueError for what no finder is built from."""
    _check_choices(Stem, config.stem)
    _check_choices(Norm, config.norm)
    _check_choices(Convolution, *(stage.convolution for stage in config.stages))
    widths = (config.stem_channels, config.pyramid_channels, *config.head_widths)
    _check_numbers(1, _WIDEST, *widths, *(stage.channels for stage in config.stages))
    _check_numbers(0, _DEEPEST, *(stage.depth for stage in config.stages))
    _check_numbers(1, _LARGEST_KERNEL, config.head_kernel)
    anchors = config.anchors
    _check_numbers(1, _WIDEST, *anchors.strides)
    _check_sizes(*anchors.sizes, *anchors.ratios)
    counts = (config.stages, config.head_widths, anchors.strides, anchors.sizes, anchors.ratios)
    _check_numbers(1, _MOST_PARTS, *map(len, counts))


def _check_aligner(config: AlignerConfig) -> None:
    """Raise ValueError for what no aligner is built from."""
    _check_choices(Norm, config.norm)
    _check_numbers(1, _WIDEST, config.view_width_px, config.view_height_px, *config.widths)
    _check_numbers(0, _DEEPEST, *config.depths, config.context_layers)
    if (len(config.widths), len(config.depths)) != (4, 3):
        raise ValueError("an aligner has four widths and three depths")


def _check_choices(kind: object, *values: object) -> None:
    if any(value not in get_args(kind) for value in values):
        raise ValueError(f"a name that is none of {', '.join(get_args(kind))}")


def _check_numbers(least: int, most: int, *values: object) -> None:
    if any(type(value) is not int or not least <= value <= most for value in values):
        raise ValueError(f"a number that is not from {least} to {most}")


def _check_sizes(*values: float) -> None:
    if not all(0 < float(value) <= _WIDEST for value in values):
        raise ValueError("an anchor without a size")


# The article's skeleton: P4..P7 of 128 channels, six anchors a cell, 1x1 heads of 256. The article does not print its
# backbone; this one follows its rules and makes up the rest of its 0.166 GMac at 224x224.
ARTICLE = FinderConfig(
    name="article",
    stem="dilated_separable",
    stem_channels=24,
    stages=(StageConfig(24, 2, "1x1"), StageConfig(96, 1, "1x1"), StageConfig(96, 1, "1x1"), StageConfig(128, 0)),
    pyramid_channels=128,
    head_widths=(256, 256, 256),
    corner_head=False,
    anchors=AnchorConfig(strides=(16, 32, 64, 128), sizes=(3.0, 4.24), ratios=(0.62, 1.0, 1.6)),
)

LIGHT = FinderConfig(
    name="light",
    stem="dense",
    stem_channels=16,
    stages=(StageConfig(24, 0), StageConfig(48, 1), StageConfig(96, 3), StageConfig(128, 2), StageConfig(128, 1)),
    pyramid_channels=96,
    head_widths=(128, 128),
    corner_head=True,
    anchors=AnchorConfig(strides=(16, 32, 64), sizes=(2.5, 3.54), ratios=(0.62, 1.0, 1.6)),
)

# A teacher (rule 1), on what the article starts from: ResNet-50 with pyramid, anchors and heads as published (Lin et
# al., Focal Loss, 2017, section 4), and a third head for the corners.
RESNET50 = FinderConfig(
    name="resnet50",
    stem="resnet",
    stem_channels=64,
    stages=(
        StageConfig(256, 3, "bottleneck"),
        StageConfig(512, 4, "bottleneck"),
        StageConfig(1024, 6, "bottleneck"),
        StageConfig(2048, 3, "bottleneck"),
    ),
    pyramid_channels=256,
    head_widths=(256, 256, 256, 256),
    corner_head=True,
    anchors=AnchorConfig(
        strides=(8, 16, 32, 64, 128), sizes=(4.0, 4 * 2 ** (1 / 3), 4 * 2 ** (2 / 3)), ratios=(0.5, 1.0, 2.0)
    ),
    head_kernel=3,
    smooth_pyramid=True,
)

# A teacher for those who have no GPU: ResNet-18, on the levels and anchors of the light finder.
RESNET18 = FinderConfig(
    name="resnet18",
    stem="resnet",
    stem_channels=64,
    stages=(
        StageConfig(64, 2, "basic"),
        StageConfig(128, 2, "basic"),
        StageConfig(256, 2, "basic"),
        StageConfig(512, 2, "basic"),
    ),
    pyramid_channels=128,
    head_widths=(128, 128),
    corner_head=True,
    anchors=LIGHT.anchors,
    head_kernel=3,
    smooth_pyramid=True,
)

FINDERS = {config.name: config for config in (ARTICLE, LIGHT)}
TEACHERS = {config.name: config for config in (RESNET18, RESNET50)}
PRESETS = FINDERS | TEACHERS
ALIGNER = AlignerConfig(name="aligner", context_layers=1)
