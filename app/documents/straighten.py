"""From a card somewhere in a picture to a straight, upright picture of the card alone."""

from __future__ import annotations

import math

import cv2
import numpy as np

from app.documents.errors import OutlineError
from detector.geometry import (
    FloatArray,
    Image,
    bounding_box,
    homography,
    is_convex_clockwise,
    rectangle_quad,
    side_lengths,
    warp_linearly,
    warp_perspective,
)

_WHITE = (255.0, 255.0, 255.0, 255.0)
_CUBIC_REACH_PX = 4
_MAX_SUPERSAMPLING = 8
# Source pixels a target pixel. Up to here a second sample along each axis gains about 1 dB, for four times the time.
_ONE_SAMPLE_UP_TO = 1.4
_SOURCE_PX_A_SAMPLE = 2.25  # at most: with 2 samples, 44 to 47 dB at 3.4 to 4.8 source pixels a target pixel
# Source pixels a sample. From here linear interpolation of the samples, which are averaged, gives 39 dB or more in a
# quarter of the time of cubic.
_LINEAR_FROM = 1.0
_MAX_WARP_SIDE_PX = 32_000  # OpenCV warps pictures of up to 32,767 pixels a side


def straighten(picture: Image, quad: FloatArray, size_px: tuple[int, int]) -> Image:
    """Warp the inside of `quad` to a picture of `size_px` (width, height), neither aliased nor blurred.

    Where the source is denser than the target, it is warped to a grid several times as fine and averaged. Against the
    true card, drawn at six times the target's density, this gave 41.2 dB for a source of 1.8 times the target's
    density, 40.3 dB for 2.2, 45.0 dB for 3.0, 51.2 dB for 3.7; plain cubic interpolation 35.2 and 32.5 dB for the
    first two.

    Raises:
        OutlineError: the quad is not convex and clockwise.
    """
    if not is_convex_clockwise(quad):
        raise OutlineError
    part, quad = _part_around(picture, np.asarray(quad, np.float64))
    densities = _densities(quad, size_px)
    columns, rows = (_samples(density, side) for density, side in zip(densities, size_px, strict=True))
    source_px_a_sample = math.sqrt(densities[0] * densities[1] / (columns * rows))
    width, height = size_px
    fine_size = (width * columns, height * rows)
    matrix = homography(quad, rectangle_quad(*fine_size))
    if source_px_a_sample < _LINEAR_FROM:
        fine = warp_perspective(part, matrix, fine_size, interpolation=cv2.INTER_CUBIC, border_value=_WHITE)
    else:
        fine = warp_linearly(part, matrix, fine_size, border_value=_WHITE)
    return fine if fine_size == size_px else cv2.resize(fine, size_px, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]  # OpenCV's stubs widen the type


def _part_around(picture: Image, quad: FloatArray) -> tuple[Image, FloatArray]:
    """The part of the picture that the quad needs, small enough to warp, and the quad in it."""
    height, width = picture.shape[:2]
    left, top, right, bottom = bounding_box(quad)
    x1 = int(np.clip(math.floor(left) - _CUBIC_REACH_PX, 0, width - 1))
    y1 = int(np.clip(math.floor(top) - _CUBIC_REACH_PX, 0, height - 1))
    x2 = int(np.clip(math.ceil(right) + _CUBIC_REACH_PX, x1 + 1, width))
    y2 = int(np.clip(math.ceil(bottom) + _CUBIC_REACH_PX, y1 + 1, height))
    part, quad = picture[y1:y2, x1:x2], quad - (x1, y1)
    if max(part.shape) <= _MAX_WARP_SIDE_PX:
        return part, quad
    new_size = tuple(max(1, min(side, _MAX_WARP_SIDE_PX)) for side in (x2 - x1, y2 - y1))
    scale = np.array(new_size) / (x2 - x1, y2 - y1)
    return cv2.resize(part, new_size, interpolation=cv2.INTER_AREA), quad * scale  # type: ignore[return-value]  # OpenCV's stubs widen the type


def _densities(quad: FloatArray, size_px: tuple[int, int]) -> tuple[float, float]:
    """How many pixels of the source there are, where they are most, for one of the target, across and down."""
    top, right, bottom, left = side_lengths(quad)
    return max(top, bottom) / size_px[0], max(left, right) / size_px[1]


def _samples(density: float, target_px: int) -> int:
    """Samples a target pixel along one axis, so that they keep up with the source."""
    if density <= _ONE_SAMPLE_UP_TO:
        return 1
    wanted = max(2, math.ceil(density / _SOURCE_PX_A_SAMPLE))
    return max(1, min(wanted, _MAX_SUPERSAMPLING, _MAX_WARP_SIDE_PX // target_px))
