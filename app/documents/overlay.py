"""A picture with the found cards drawn on it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.detection import Detection
from detector.geometry import Image

_LIGHT = (120, 255, 160)
_DARK = (24, 32, 24)
_LONGEST_SIDE_PX = 2048
_SHIFT = 4  # OpenCV draws with 1/16 pixel when coordinates are given in these units


def draw_overlay(picture: Image, detections: Sequence[Detection]) -> Image:
    """Draw outlines and scores on a copy of the picture, reduced to at most 2,048 pixels a side.

    Each outline is a light line with a dark rim, readable on any ground; a dot marks the content's top-left corner.

    Args:
        picture: BGR uint8, shape (H, W, 3); left as it is.
        detections: In pixels of that picture.
    """
    canvas, scale = _reduced_copy(picture)
    thickness = max(2, round(max(canvas.shape) / 400))
    for detection in detections:
        corners = detection.quad * scale
        _draw_outline(canvas, corners, thickness)
        _draw_dot(canvas, corners[0], thickness)
        _draw_label(canvas, corners, f"{detection.score:.0%}", thickness)
    return canvas


def _reduced_copy(picture: Image) -> tuple[Image, NDArray[np.float64]]:
    height, width = picture.shape[:2]
    factor = min(1.0, _LONGEST_SIDE_PX / max(width, height))
    if factor == 1.0:
        return picture.copy(), np.ones(2)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return reduced, np.array(size) / (width, height)  # type: ignore[return-value]


def _to_fixed_point(points: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.asarray(np.round((points - 0.5) * 2**_SHIFT), np.int32)


def _draw_outline(canvas: Image, corners: NDArray[np.float64], thickness: int) -> None:
    points = _to_fixed_point(corners)
    for colour, width in ((_DARK, thickness * 2), (_LIGHT, thickness)):
        cv2.polylines(canvas, [points], True, colour, width, cv2.LINE_AA, _SHIFT)


def _draw_dot(canvas: Image, corner: NDArray[np.float64], thickness: int) -> None:
    x, y = (int(value) for value in _to_fixed_point(corner))
    for colour, radius in ((_DARK, thickness * 3), (_LIGHT, thickness * 2)):
        cv2.circle(canvas, (x, y), radius << _SHIFT, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def _draw_label(canvas: Image, corners: NDArray[np.float64], text: str, thickness: int) -> None:
    scale = thickness * 0.3
    (text_width, text_height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    x, y = (round(float(value)) for value in corners.mean(axis=0))
    origin = (x - text_width // 2, y + text_height // 2)
    for colour, width in ((_DARK, thickness * 3), (_LIGHT, thickness)):
        cv2.putText(canvas, text, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, width, cv2.LINE_AA)
