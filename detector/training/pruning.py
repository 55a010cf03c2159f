"""Make trained networks smaller: an aligner narrower, keeping the channels that matter most; a finder shallower.

Source: Li et al., Pruning Filters for Efficient ConvNets, 2017, section 3.1. A channel's weight is here the L1 norm of
what makes it times that of what uses it: a strong channel that nothing listens to says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from detector.network.aligner import Aligner
from detector.network.config import FinderConfig
from detector.network.layers import ChannelAffine
from detector.network.retinanet import RetinaNet

Widths = tuple[int, int, int, int]


class _Feature(NamedTuple):
    """A feature map: the layers that add up to it, those that read it, and how many channels it may have."""

    makers: list[nn.Module]
    readers: list[nn.Module]
    width: int


@torch.no_grad()
def narrowed(aligner: Aligner, widths: Widths) -> Aligner:
    """A copy of an aligner whose stages are at most `widths` wide; it needs training before it is as good again.

    Raises:
        ValueError: its norms depend on the picture, so a channel can't be judged by its weights.
    """
    if aligner.config.norm != "affine":
        raise ValueError("only a network with affine norms can be pruned")
    narrow, wide, fine, deep = (min(pair) for pair in zip(aligner.config.widths, widths, strict=True))
    pruned = deepcopy(aligner)
    for feature in _features(pruned, (narrow, wide, fine, deep)):
        _keep(feature)
    smaller = Aligner(replace(aligner.config, widths=(narrow, wide, fine, deep)))
    smaller.load_state_dict(pruned.state_dict())
    return smaller


@torch.no_grad()
def shallower(finder: RetinaNet, config: FinderConfig) -> RetinaNet:
    """A copy of a finder whose stages end after at most `config`'s depths; it needs training before it is good again.

    A convolution C -> C can go without a change to its neighbours; only they have to learn to do without it.
    """
    depths = zip(finder.config.stages, config.stages, strict=True)
    stages = tuple(replace(stage, depth=min(stage.depth, wanted.depth)) for stage, wanted in depths)
    smaller = RetinaNet(replace(finder.config, stages=stages))
    kept = smaller.state_dict().keys()
    smaller.load_state_dict({name: tensor for name, tensor in finder.state_dict().items() if name in kept})
    return smaller


def _features(aligner: Aligner, widths: Widths) -> Iterator[_Feature]:
    """Every feature map of the aligner, in the order in which it is made."""
    stage4, stage8 = [*_layers(aligner.stage4)], [*_layers(aligner.stage8)]
    stage16 = [*_layers(aligner.stage16), *aligner.context]
    yield _Feature([aligner.stem], [stage4[0]], widths[0])
    for stage, width in zip((stage4, stage8, stage16), widths[1:], strict=True):
        for layer, following in pairwise(stage):
            yield _Feature([layer], [following], width)
    decoder8, decoder4 = aligner.decoder8, aligner.decoder4
    yield _Feature([stage16[-1]], [decoder8.reduce, aligner.squeeze], widths[3])
    yield _Feature([stage8[-1], decoder8.reduce], [stage16[0], decoder8.smooth], widths[2])
    yield _Feature([decoder8.smooth], [decoder4.reduce], widths[2])
    yield _Feature([stage4[-1], decoder4.reduce], [stage8[0], decoder4.smooth], widths[1])
    yield _Feature([decoder4.smooth], [aligner.heat], widths[1])


def _layers(stage: nn.Sequential) -> Iterator[nn.Module]:
    """The layers of a stage: the one that halves the resolution, and those of equal width."""
    halving, equal = stage
    assert isinstance(equal, nn.Sequential)
    yield halving
    yield from equal


def _keep(feature: _Feature) -> None:
    """Cut a feature map down to its heaviest channels, in their old order."""
    made = torch.stack([_weight(maker).abs().sum(dim=(1, 2, 3)) for maker in feature.makers]).sum(dim=0)
    readers = [_convolution(reader).weight for reader in feature.readers]
    read = torch.stack([weight.abs().sum(dim=(0, 2, 3)) for weight in readers]).sum(dim=0)
    kept = (made * read).topk(feature.width).indices.sort().values
    for maker in feature.makers:
        for part in maker.modules():
            for name, parameter in part.named_parameters(recurse=False):
                setattr(part, name, nn.Parameter(parameter[kept]))
    for reader in feature.readers:
        convolution = _convolution(reader)
        convolution.weight = nn.Parameter(convolution.weight[:, kept])


def _convolution(layer: nn.Module) -> nn.Conv2d:
    """The layer itself, or the one convolution in it."""
    return next(part for part in layer.modules() if isinstance(part, nn.Conv2d))


def _weight(layer: nn.Module) -> Tensor:
    """What a layer multiplies by in all: its convolution's weight times its norm's scale."""
    scales = [part.scale for part in layer.modules() if isinstance(part, ChannelAffine)]
    weight: Tensor = _convolution(layer).weight
    return weight * scales[0][:, None, None, None] if scales else weight
