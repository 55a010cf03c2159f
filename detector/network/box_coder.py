"""Boxes and corners relative to anchors: `encode_*` and `decode_*` are inverses.

Works on NumPy arrays and on torch tensors alike. Shape shorthand: A anchors, any leading dimensions.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MAX_LOG_SCALE = math.log(8.0)
CORNER_SCALE = 0.5


def _centre_and_size(boxes: Any) -> tuple[Any, Any]:
    size = boxes[..., 2:] - boxes[..., :2]
    return boxes[..., :2] + 0.5 * size, size


def _numpy_or_torch(array: Any) -> Any:
    if isinstance(array, np.ndarray):
        return np
    import torch

    return torch


def encode_boxes(boxes: Any, anchors: Any) -> Any:
    """Deltas (dx, dy, dw, dh) that take each anchor to its box (Ren et al., Faster R-CNN, eq. 2); shape (..., A, 4)."""
    lib = _numpy_or_torch(boxes)
    centre, size = _centre_and_size(boxes)
    anchor_centre, anchor_size = _centre_and_size(anchors)
    return lib.concatenate([(centre - anchor_centre) / anchor_size, lib.log(size / anchor_size)], -1)


def decode_boxes(deltas: Any, anchors: Any) -> Any:
    """Inverse of `encode_boxes`, for boxes at most eight times as large as their anchor; shape (..., A, 4)."""
    lib = _numpy_or_torch(deltas)
    anchor_centre, anchor_size = _centre_and_size(anchors)
    centre = deltas[..., :2] * anchor_size + anchor_centre
    half = 0.5 * anchor_size * lib.exp(lib.clip(deltas[..., 2:], -MAX_LOG_SCALE, MAX_LOG_SCALE))
    return lib.concatenate([centre - half, centre + half], -1)


def encode_corners(quads: Any, anchors: Any) -> Any:
    """Corner offsets from the anchor's centre in halves of its geometric mean side; (..., A, 4, 2) to (..., A, 8)."""
    centre, size = _centre_and_size(anchors)
    side = (size[..., :1] * size[..., 1:]) ** 0.5
    offsets = (quads - centre[..., None, :]) / (CORNER_SCALE * side[..., None, :])
    return offsets.reshape(*offsets.shape[:-2], 8)


def decode_corners(offsets: Any, anchors: Any) -> Any:
    """Inverse of `encode_corners`: (..., A, 8) to quads (..., A, 4, 2)."""
    centre, size = _centre_and_size(anchors)
    side = (size[..., :1] * size[..., 1:]) ** 0.5
    quads = offsets.reshape(*offsets.shape[:-1], 4, 2)
    return quads * (CORNER_SCALE * side[..., None, :]) + centre[..., None, :]
