"""The second look: warp each candidate to the canonical view, and bring the aligner's corners back into the picture.

The view is landscape: the candidate's longer side lies along its width, and a margin around the candidate shows the
corners that the finder got wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.engines import AlignerResult
from detector.geometry import (
    FloatArray,
    homography,
    quad_area,
    rectangle_quad,
    side_lengths,
    starting_at,
    transform_points,
)
from detector.image_pyramid import Pyramid, Raster
from detector.network.config import AlignerConfig

# The candidate fills the view but for this share of its width and height on each side.
VIEW_MARGIN = 0.11


class CloseLook(NamedTuple):
    """Corners (N, 4, 2) in picture pixels; the probabilities of each rotation, (N, 4), and of a card, (N,)."""

    quads: NDArray[np.float64]
    rotation: NDArray[np.float64]
    card: NDArray[np.float64]


def landscape_order(quad: FloatArray) -> NDArray[np.float64]:
    """The same quad, starting at the corner from which its top side is a longer one and the view is turned least."""
    top, right, bottom, left = side_lengths(quad)
    ordered = starting_at(quad, 1 if left + right > top + bottom else 0)
    along = (ordered[1] - ordered[0]) + (ordered[2] - ordered[3])
    return starting_at(ordered, 2) if along[0] < 0 else ordered


def view_homography(quad: FloatArray, width_px: int, height_px: int) -> NDArray[np.float64]:
    """From the picture to the view of a candidate whose corners are in `landscape_order`.

    Raises:
        ValueError: three corners lie on a line.
    """
    inner = rectangle_quad(1, 1) * (1 - 2 * VIEW_MARGIN) + VIEW_MARGIN
    return homography(quad, inner * (width_px, height_px))


def warp_view(pyramid: Pyramid, quad: FloatArray, width_px: int, height_px: int) -> tuple[Raster, NDArray[np.float64]]:
    """The view of a candidate, and the homography from the picture to it.

    It is read from the level that has at least the view's resolution, and less than twice as much.
    """
    to_view = view_homography(quad, width_px, height_px)
    seen = transform_points(np.linalg.inv(to_view), rectangle_quad(width_px, height_px))
    level = pyramid.level_for(np.sqrt(width_px * height_px / max(abs(quad_area(seen)), 1.0)))
    from_level = np.diag([2.0**level, 2.0**level, 1.0])
    return pyramid.warped(level, to_view @ from_level, (width_px, height_px)), to_view


def look_closely(
    aligner: Callable[[Raster], AlignerResult],
    config: AlignerConfig,
    pyramids: Sequence[Pyramid],
    quads: NDArray[np.float64],
) -> CloseLook:
    """What an aligner says of one or more convex candidates (N, 4, 2), all as one batch.

    Args:
        aligner: From views (N, height, width, 3), BGR bytes, to its answers.
        config: The aligner's, for the size of its views.
        pyramids: The picture of each candidate, where the aligner reads it.
        quads: The candidates, in pixels of their pictures.
    """
    views = [
        warp_view(pyramid, landscape_order(quad), config.view_width_px, config.view_height_px)
        for pyramid, quad in zip(pyramids, quads, strict=True)
    ]
    result = aligner(pyramids[0].batch([view for view, _ in views]))
    found = [
        transform_points(np.linalg.inv(to_view), corners)
        for (_, to_view), corners in zip(views, result.corners, strict=True)
    ]
    return CloseLook(np.stack(found), np.asarray(result.rotation, np.float64), np.asarray(result.card, np.float64))


def joint_score(card: NDArray[np.float64], finder: NDArray[np.float64]) -> NDArray[np.float64]:
    """How sure both looks are together; the aligner, which sees more, counts twice as much. Shape (N,)."""
    return card * np.sqrt(finder)
