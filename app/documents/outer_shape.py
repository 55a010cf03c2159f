"""The outer shape of a straight card: rounded corners and a margin around it. Pure functions on pictures.

A picture with transparency is BGRA, shape (H, W, 4); all others are BGR, shape (H, W, 3).
"""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image

_WHITE = 255


class Corners(StrEnum):
    """What becomes of the table that shows behind a card's rounded corners."""

    SQUARE = "square"
    WHITE = "white"
    TRANSPARENT = "transparent"


def round_corners(card: Image, radius_px: float) -> Image:
    """Make what lies outside the rounded corners transparent, with smooth edges.

    Args:
        card: BGR uint8, shape (H, W, 3); left as it is.
        radius_px: Of the corners, in pixels.

    Returns:
        BGRA uint8, shape (H, W, 4).
    """
    height, width = card.shape[:2]
    alpha = _rounded_rectangle(width, height, radius_px)
    return np.dstack([card, np.round(alpha * 255).astype(np.uint8)])


def on_white(picture: Image) -> Image:
    """The picture laid on white: BGR, whether it was BGR or BGRA."""
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.round(picture[..., :3] * alpha + _WHITE * (1 - alpha)).astype(np.uint8)


def add_margin(picture: Image, margin_px: int) -> Image:
    """The picture with a margin on every side: white, or transparent where the picture has transparency."""
    border = (_WHITE, _WHITE, _WHITE, 0)
    return cv2.copyMakeBorder(  # type: ignore[return-value]  # OpenCV's stubs widen the type
        picture, margin_px, margin_px, margin_px, margin_px, cv2.BORDER_CONSTANT, value=border
    )


def _rounded_rectangle(width: int, height: int, radius_px: float) -> NDArray[np.float32]:
    """How much of each pixel lies inside, 0 to 1, by the distance of its centre from the edge."""
    radius = min(radius_px, width / 2, height / 2)
    beyond_x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - radius)
    beyond_y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - radius)
    x, y = np.meshgrid(beyond_x, beyond_y)
    inside_corner = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(np.where((x > 0) & (y > 0), inside_corner, 1), np.float32)
