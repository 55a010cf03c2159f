"""The networks as they run: normalisation folded into the convolutions, bytes in, probabilities out.

The division by 255 is in the first convolution, so that bytes need no arithmetic before it. The finder's box head is
left out: at run time a card's box is the box around its quad.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor, nn

from detector.network.aligner import Aligner, AlignerOutput
from detector.network.heads import Head, over_levels
from detector.network.layers import ChannelAffine
from detector.network.retinanet import RetinaNet

Network = TypeVar("Network", bound=RetinaNet | Aligner)


class RuntimeFinder(nn.Module):
    """Pictures (N, 3, H, W), 0 to 255, to scores (N, A) and corner offsets (N, A, 8)."""

    def __init__(self, finder: RetinaNet) -> None:
        """Take a finder with a corner head, of any normalisation; it is copied."""
        super().__init__()
        self.finder = _taking_bytes(_without_norms(finder))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Run the parts that the runtime needs."""
        levels = self.finder.pyramid(self.finder.backbone(image))
        corner_head = self.finder.cornerModel
        assert isinstance(corner_head, Head)
        scores = over_levels(self.finder.classificationModel, levels).sigmoid().flatten(1)
        return scores, over_levels(corner_head, levels)


class RuntimeAligner(nn.Module):
    """Views (N, 3, h, w), 0 to 255, to corners, rotation probabilities and card probabilities."""

    def __init__(self, aligner: Aligner) -> None:
        """Take an aligner, of any normalisation; it is copied."""
        super().__init__()
        self.aligner = _taking_bytes(_without_norms(aligner))

    def forward(self, views: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Run the network and turn its logits into probabilities."""
        output: AlignerOutput = self.aligner(views)
        return output.corners, output.rotation.softmax(dim=-1), output.card.sigmoid()


@torch.no_grad()
def folded(model: Network) -> Network:
    """A copy of a network with affine norms, in which each is absorbed by the convolution before it.

    Raises:
        ValueError: a norm is of another kind.
    """
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


def _without_norms(model: Network) -> Network:
    """The network folded where it can be; a teacher keeps its GroupNorms."""
    if model.config.norm == "affine":
        return folded(model)
    model = copy.deepcopy(model)
    model.eval()
    return model


def _absorbed(conv: nn.Conv2d, affine: ChannelAffine) -> nn.Conv2d:
    """The convolution that gives what the affine gives after `conv`."""
    joined = copy.deepcopy(conv)
    joined.weight.copy_(conv.weight * affine.scale[:, None, None, None])
    bias = conv.bias if conv.bias is not None else torch.zeros_like(affine.shift)
    joined.bias = nn.Parameter(bias * affine.scale + affine.shift)
    return joined


@torch.no_grad()
def _taking_bytes(model: Network) -> Network:
    """The network with the division by 255 in its first convolution."""
    first = next(module for module in model.modules() if isinstance(module, nn.Conv2d))
    first.weight.div_(255)
    return model
