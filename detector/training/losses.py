"""The losses of the finder and the aligner."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

FOCAL_ALPHA = 0.25
FOCAL_GAMMA = 2.0


def focal_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum of the focal loss over all entries (Lin et al., Focal Loss for Dense Object Detection, eq. 5)."""
    cross_entropy = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    probability = logits.sigmoid()
    miss = probability + targets - 2 * probability * targets
    weight = FOCAL_ALPHA * targets + (1 - FOCAL_ALPHA) * (1 - targets)
    return (weight * miss**FOCAL_GAMMA * cross_entropy).sum()


def cyclic_corner_loss(predicted: Tensor, target: Tensor, beta: float) -> Tensor:
    """Smooth L1 of quads (P, 4, 2), whichever corner the predicted order starts at; shape (P,).

    The minimum over the four cyclic orders of the mean over corners and coordinates.
    """
    losses = [
        functional.smooth_l1_loss(predicted, target.roll(shift, dims=1), beta=beta, reduction="none").mean(dim=(1, 2))
        for shift in range(4)
    ]
    return torch.stack(losses).amin(dim=0)


def heat_map_loss(heat: Tensor, corners: Tensor, positions: Tensor, sigma_px: float) -> Tensor:
    """Cross-entropy of heat-map logits (N, 4, h, w) with a Gaussian around each true corner (N, 4, 2); shape (N, 4).

    It gives the soft-arg-max a single sharp peak to average over. `positions` are the cells' places, (h * w, 2).
    """
    squared = (corners[:, :, None, :] - positions).square().sum(dim=-1)
    target = (-squared / (2 * sigma_px**2)).softmax(dim=-1)
    return -(target * heat.flatten(2).log_softmax(dim=-1)).sum(dim=-1)
