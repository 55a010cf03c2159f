"""Pulls an outline onto the edges that are in the picture near it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import FloatArray, Image, is_convex_clockwise, side_lengths

_REACH_SHARE = 0.02
_SAMPLES = 96
_ENDS = 0.08
_STEP_PX = 0.5
_LEAST_CONTRAST = 6.0
_RIM_PX = 4.0
_LONGEST_PX = 32_000


def snap_to_edges(image: Image, quad: FloatArray) -> NDArray[np.float64]:
    """The outline with each side moved to the strongest straight edge within a fiftieth of the card's length.

    Grey levels are read along normals of each side; a line is fitted robustly through the steepest places. A side
    near which there is no edge stays.

    Args:
        image: BGR uint8 (H, W, 3).
        quad: Corners in pixels, (4, 2), convex.

    Returns:
        Corners (4, 2), in the same order; the same outline where the result would not be convex.
    """
    quad = np.asarray(quad, np.float64)
    reach_px = max(4.0, _REACH_SHARE * float(side_lengths(quad).max()))
    corner, part = _part_around(image, quad, reach_px)
    return _snapped(part, quad - corner, reach_px) + corner


def _part_around(image: Image, quad: FloatArray, reach_px: float) -> tuple[NDArray[np.float64], Image]:
    """Where what is looked at of a picture begins, and it: OpenCV reads none of more than 32,767 pixels a side."""
    size = np.array(image.shape[1::-1])
    low = np.clip(np.floor(quad.min(axis=0) - reach_px - _RIM_PX), 0, size - 1).astype(int)
    high = np.clip(np.ceil(quad.max(axis=0) + reach_px + _RIM_PX), low + 1, np.minimum(size, low + _LONGEST_PX)).astype(
        int
    )
    return low.astype(np.float64), image[low[1] : high[1], low[0] : high[0]]


def _snapped(image: Image, quad: FloatArray, reach_px: float) -> NDArray[np.float64]:
    lines = [_snapped_line(image, quad[index], quad[(index + 1) % 4], reach_px) for index in range(4)]
    corners = np.stack([_crossing(lines[index - 1], lines[index], quad[index]) for index in range(4)])
    is_near = np.linalg.norm(corners - quad, axis=1).max() <= 4 * reach_px
    return np.asarray(corners if is_near and is_convex_clockwise(corners) else quad)


def _snapped_line(
    image: Image, start: NDArray[np.float64], end: NDArray[np.float64], reach_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A point of the line, and its direction."""
    along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    normal = np.array([-along[1], along[0]])
    places = start + np.linspace(_ENDS, 1 - _ENDS, _SAMPLES)[:, None] * (end - start)
    offsets = np.arange(-reach_px, reach_px + _STEP_PX, _STEP_PX)
    points = (places[:, None] + offsets[None, :, None] * normal).astype(np.float32) - 0.5
    colours = cv2.remap(image, points[..., 0], points[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(colours.astype(np.float32), (0, 0), 1.5)
    steepness = np.abs(smooth[:, 2:] - smooth[:, :-2]).max(axis=2)
    best = steepness.argmax(axis=1)
    is_edge = steepness[np.arange(_SAMPLES), best] >= _LEAST_CONTRAST
    if is_edge.sum() < _SAMPLES // 3:
        return start, along
    found = (places + offsets[best + 1][:, None] * normal)[is_edge]
    vx, vy, x, y = cv2.fitLine(found.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([x, y], np.float64), np.array([vx, vy], np.float64)


def _crossing(
    first: tuple[NDArray[np.float64], NDArray[np.float64]],
    second: tuple[NDArray[np.float64], NDArray[np.float64]],
    otherwise: NDArray[np.float64],
) -> NDArray[np.float64]:
    (point, direction), (other_point, other_direction) = first, second
    matrix = np.column_stack([direction, -other_direction])
    if abs(np.linalg.det(matrix)) < 1e-6:
        return otherwise
    return np.asarray(point + np.linalg.solve(matrix, other_point - point)[0] * direction)
