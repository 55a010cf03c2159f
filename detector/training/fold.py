"""Replace GroupNorm, which depends on each picture's data, by an affine that can be folded into the convolution.

In three steps: `with_affine_norms` fits the affines on data, a short training (`cardlight fold` runs it) lets the
weights get used to them, and `detector.network.runtime` absorbs them into the convolutions.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from detector.network.layers import ChannelAffine
from detector.network.runtime import Network


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


def _replace(model: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, child = name.rpartition(".")
    setattr(model.get_submodule(parent), child, module)
