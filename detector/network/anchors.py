"""Anchor boxes, in NumPy: the runtime needs them without torch."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detector.network.config import AnchorConfig


@lru_cache(maxsize=8)
def anchor_boxes(config: AnchorConfig, width_px: int, height_px: int) -> NDArray[np.float32]:
    """All anchors of an input of the given size as xyxy, shape (A, 4), in the order of the heads' outputs.

    Levels finest first; cells row by row; in a cell every size, and for each size every ratio.
    """
    shapes = np.array(
        [(size * math.sqrt(ratio), size / math.sqrt(ratio)) for size in config.sizes for ratio in config.ratios]
    )
    levels = []
    for stride in config.strides:
        columns, rows = math.ceil(width_px / stride), math.ceil(height_px / stride)
        x, y = np.meshgrid((np.arange(columns) + 0.5) * stride, (np.arange(rows) + 0.5) * stride)
        centres = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
        halves = shapes[None] * stride / 2
        levels.append(np.concatenate([centres - halves, centres + halves], axis=-1).reshape(-1, 4))
    boxes = np.concatenate(levels).astype(np.float32)
    boxes.setflags(write=False)
    return boxes
