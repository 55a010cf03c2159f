"""Replace GroupNorm, which depends on each picture's data, by an affine that can be folded into the convolution.

In three steps: `with_affine_norms` fits the affines on data, a short training (`cardlight fold` runs it) lets the
weights get used to them, and `folded` absorbs them into the convolutions for the runtime.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor, nn

from detector.network.aligner import Aligner
from detector.network.layers import ChannelAffine
from detector.network.retinanet import RetinaNet

Network = TypeVar("Network", bound=RetinaNet | Aligner)


class _ChannelRegression:
    """Running sums for the least-squares line y = scale * x + shift of each channel."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: list[Tensor] = []

    def add(self, x: Tensor, y: Tensor) -> None:
        """Add inputs and outputs of shape (N, C, H, W)."""
        x, y = (values.transpose(0, 1).flatten(1).double() for values in (x, y))
        terms = [x.sum(1), y.sum(1), (x * x).sum(1), (x * y).sum(1)]
        self.sums = [total + term for total, term in zip(self.sums, terms, strict=True)] if self.sums else terms
        self.count += x.shape[1]

    def observe(self, _module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """A forward hook that adds what goes through a module."""
        self.add(inputs[0], output)

    def line(self) -> tuple[Tensor, Tensor]:
        """Scale and shift of each channel; a channel that never varies keeps its mean."""
        sum_x, sum_y, sum_xx, sum_xy = (total / self.count for total in self.sums)
        variance = sum_xx - sum_x**2
        scale = torch.where(variance > 1e-12, (sum_xy - sum_x * sum_y) / variance.clamp(min=1e-12), 0.0)
        return scale.float(), (sum_y - scale * sum_x).float()


@torch.no_grad()
def with_affine_norms(model: Network, inputs: Sequence[Tensor]) -> Network:
    """A copy of the network whose GroupNorms are replaced, from first to last, by affines fitted on `inputs`.

    Each affine is the least-squares fit to what the GroupNorm gives on the data that reaches it once those before it
    are replaced.
    """
    model = copy.deepcopy(model)
    model.eval()
    for name in [name for name, module in model.named_modules() if isinstance(module, nn.GroupNorm)]:
        norm = model.get_submodule(name)
        regression = _ChannelRegression()
        handle = norm.register_forward_hook(regression.observe)
        for images in inputs:
            model(images)
        handle.remove()
        affine = ChannelAffine(norm.num_channels)  # type: ignore[arg-type]
        scale, shift = regression.line()
        affine.scale.copy_(scale)
        affine.shift.copy_(shift)
        _replace(model, name, affine)
    model.config = replace(model.config, norm="affine")
    return model


@torch.no_grad()
def folded(model: Network) -> Network:
    """A copy of a network with affine norms, in which each is absorbed by the convolution before it."""
    model = copy.deepcopy(model)
    model.eval()
    for parent in list(model.modules()):
        if not isinstance(parent, nn.Sequential):
            continue
        children = list(parent.named_children())
        for (conv_name, conv), (affine_name, affine) in pairwise(children):
            if isinstance(conv, nn.Conv2d) and isinstance(affine, ChannelAffine):
                setattr(parent, conv_name, _absorbed(conv, affine))
                setattr(parent, affine_name, nn.Identity())
    left = [name for name, module in model.named_modules() if isinstance(module, ChannelAffine | nn.GroupNorm)]
    if left:
        raise ValueError(f"not folded: {', '.join(left)}")
    return model


def _absorbed(conv: nn.Conv2d, affine: ChannelAffine) -> nn.Conv2d:
    """The convolution that gives what the affine gives after `conv`."""
    joined = copy.deepcopy(conv)
    joined.weight.copy_(conv.weight * affine.scale[:, None, None, None])
    bias = conv.bias if conv.bias is not None else torch.zeros_like(affine.shift)
    joined.bias = nn.Parameter(bias * affine.scale + affine.shift)
    return joined


def _replace(model: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, child = name.rpartition(".")
    setattr(model.get_submodule(parent), child, module)
