"""The mean of two networks' weights, one of which was trained on from the other: it often errs less than both.

Source: Wortsman et al., Model soups, 2022, section 3.
"""

from __future__ import annotations

import copy

import torch

from detector.errors import ModelFileError
from detector.network.aligner import Aligner
from detector.network.retinanet import RetinaNet


@torch.no_grad()
def mean_of(first: RetinaNet | Aligner, second: RetinaNet | Aligner) -> RetinaNet | Aligner:
    """A network of the same shape as both, with the means of their weights.

    Raises:
        ModelFileError: their shapes differ.
    """
    if first.config != second.config:
        raise ModelFileError("there is no mean of networks of different shapes")
    mean = copy.deepcopy(first)
    for ours, theirs in zip(mean.state_dict().values(), second.state_dict().values(), strict=True):
        ours.lerp_(theirs, 0.5)
    return mean
