"""The second look: warp each candidate to the canonical view, and bring the aligner's corners back into the picture.

The view is landscape: the candidate's longer side lies along its width, and a margin around the candidate shows the
corners that the finder got wrong.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import (
    FloatArray,
    Image,
    homography,
    quad_area,
    rectangle_quad,
    side_lengths,
    transform_points,
    warp_perspective,
)

# The candidate fills the view but for this share of its width and height on each side.
VIEW_MARGIN = 0.11


def landscape_order(quad: FloatArray) -> NDArray[np.float64]:
    """The same quad, starting at the corner from which its top side is a longer one and the view is turned least."""
    top, right, bottom, left = side_lengths(quad)
    ordered = np.roll(quad, -1, axis=0) if left + right > top + bottom else np.asarray(quad)
    along = (ordered[1] - ordered[0]) + (ordered[2] - ordered[3])
    return np.asarray(np.roll(ordered, 2, axis=0) if along[0] < 0 else ordered, dtype=np.float64)


def view_homography(quad: FloatArray, width_px: int, height_px: int) -> NDArray[np.float64]:
    """From the picture to the view of a candidate whose corners are in `landscape_order`.

    Raises:
        ValueError: three corners lie on a line.
    """
    inner = rectangle_quad(1, 1) * (1 - 2 * VIEW_MARGIN) + VIEW_MARGIN
    return homography(quad, inner * (width_px, height_px))


def warp_view(image: Image, quad: FloatArray, width_px: int, height_px: int) -> tuple[Image, NDArray[np.float64]]:
    """The view of a candidate, and the homography from the picture to it."""
    to_view = view_homography(quad, width_px, height_px)
    reduced, to_reduced = _reduced_region(image, to_view, width_px, height_px)
    view = warp_perspective(reduced, to_view @ np.linalg.inv(to_reduced), (width_px, height_px))
    return view, to_view


def _reduced_region(
    image: Image, to_view: NDArray[np.float64], width_px: int, height_px: int
) -> tuple[Image, NDArray[np.float64]]:
    """The part of the picture that the view shows, at less than twice its resolution, and the homography to it.

    Reducing by a whole number is several times faster than to the very resolution of the view.
    """
    seen = transform_points(np.linalg.inv(to_view), rectangle_quad(width_px, height_px))
    factor = int(np.sqrt(abs(quad_area(seen)) / (width_px * height_px)))
    if factor <= 1:
        return image, np.eye(3)
    left, top = np.clip(np.floor(seen.min(axis=0)), 0, None).astype(int)
    right, bottom = np.minimum(np.ceil(seen.max(axis=0)) + 2 * factor, image.shape[1::-1]).astype(int)
    columns, rows = (right - left) // factor, (bottom - top) // factor
    if columns < 1 or rows < 1:
        return image, np.eye(3)
    region = image[top : top + rows * factor, left : left + columns * factor]
    reduced = np.asarray(cv2.resize(region, (int(columns), int(rows)), interpolation=cv2.INTER_AREA), np.uint8)
    return reduced, np.array([[1 / factor, 0, -left / factor], [0, 1 / factor, -top / factor], [0, 0, 1]])
