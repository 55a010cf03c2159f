"""Data echoing (Choi et al., Faster Neural Network Training with Data Echoing, 2019): a batch shown several times.

A GPU learns from pictures many times as fast as a machine's cores compose them. Each batch is therefore kept on the
device for a while and shown again, mirrored and in other light.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TypeVar

import torch
from torch import Tensor

from detector.network.config import AnchorConfig

# So many batches are shown in turn before the first of them comes again.
BLOCK = 16

Batch = TypeVar("Batch")

_LIGHT_SPREAD = 0.12
_NOISE_LEVELS = 4.0


def batch_of_step(step: int, times: int) -> int:
    """Index of the batch that is shown in a step, where each is shown `times` times: block by block, in rounds."""
    if times == 1:
        return step
    block, place = divmod(step, BLOCK * times)
    return block * BLOCK + place % BLOCK


def first_kept(step: int, times: int) -> int:
    """Index of the first batch that a run which goes on with a step has to compose: its block's first."""
    first = batch_of_step(step, times)
    return first if times == 1 else first // BLOCK * BLOCK


def echoed(composed: Iterator[Batch], step: int, times: int) -> Iterator[Batch]:
    """The batch of each step from `step` on, without end; at most BLOCK batches are kept, none where `times` is 1.

    Args:
        composed: The batches from the one with the index `first_kept(step, times)` on, without end.
        step: Which the run goes on with.
        times: How often each is shown.
    """
    if times == 1:
        yield from composed
        return
    kept: dict[int, Batch] = {}
    next_index = first_kept(step, times)
    for index in (batch_of_step(later, times) for later in itertools.count(step)):
        while next_index <= index:
            kept.pop(next_index - BLOCK, None)  # before its successor needs memory
            kept[next_index] = next(composed)
            next_index += 1
        yield kept[index]


def in_other_light(images: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (N, 3, H, W), bytes, each with channels of other brightness and some more noise."""
    size, device = (len(images), 3, 1, 1), images.device
    gains = (_LIGHT_SPREAD * torch.randn(size, generator=generator, device=device)).exp()
    strength = _NOISE_LEVELS * torch.rand((len(images), 1, 1, 1), generator=generator, device=device)
    noise = torch.randn(images.shape, generator=generator, device=device)
    return (images * gains + strength * noise).clamp_(0, 255).round_().to(torch.uint8)


def mirrored_anchors(anchors: AnchorConfig, width_px: int, height_px: int, axes: tuple[int, ...]) -> Tensor:
    """For each anchor, the index of the one that lies where it lies when the picture is mirrored.

    Args:
        anchors: The anchors.
        width_px: Of the picture, a multiple of the coarsest stride.
        height_px: The same.
        axes: 0 to exchange top and bottom, 1 to exchange left and right.
    """
    levels, first = [], 0
    for stride in anchors.strides:
        rows, columns = -(-height_px // stride), -(-width_px // stride)
        count = rows * columns * anchors.per_cell
        level = torch.arange(first, first + count).view(rows, columns, anchors.per_cell)
        levels.append(level.flip(axes).flatten())
        first += count
    return torch.cat(levels)
