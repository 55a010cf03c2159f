"""Boxes, quads and homographies: the conventions of the house, in one place.

Coordinates are continuous: a picture of W x H pixels covers [0, W] x [0, H], and the centre of its first pixel is
(0.5, 0.5). Scaling a picture by s therefore multiplies every coordinate by s, with no offset. OpenCV puts pixel
centres at integers instead; `warp_perspective` is the only place that converts.

Boxes are xyxy with x1 < x2 and y1 < y2. Quads are (4, 2), clockwise in the picture, and start at the corner that is
the content's top-left, where that is known.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
Image = NDArray[np.uint8]

_PIXEL_CENTRE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
_PIXEL_CENTRE_INVERSE = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
# Indices of the corners from each first one on: [[0, 1, 2, 3], [1, 2, 3, 0], ...].
_ORDERS = (np.arange(4)[:, None] + np.arange(4)) % 4

MIN_TURN = 1e-6
MIN_DETERMINANT = 1e-18


def rectangle_quad(width: float, height: float) -> NDArray[np.float64]:
    """Corners of the rectangle [0, width] x [0, height], clockwise from the top-left; shape (4, 2)."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)


def homography(source: FloatArray, target: FloatArray) -> NDArray[np.float64]:
    """The 3x3 homography that takes each corner of quad `source` to the same corner of quad `target`.

    Raises:
        ValueError: a quad has three corners on a line, so that no homography exists.
    """
    across, down = np.asarray(target, np.float64).T
    equations = np.zeros((8, 8))
    equations[:4, :2] = equations[4:, 3:5] = source
    equations[:4, 2] = equations[4:, 5] = 1
    equations[:4, 6:] = -across[:, None] * source
    equations[4:, 6:] = -down[:, None] * source
    try:
        solution = np.linalg.solve(equations, np.concatenate([across, down]))
    except np.linalg.LinAlgError as error:
        raise ValueError("no homography: three corners of a quad lie on a line") from error
    matrix = np.append(solution, 1.0).reshape(3, 3)
    if not abs(np.linalg.det(matrix)) > MIN_DETERMINANT:
        raise ValueError("no homography: three corners of a quad lie on a line")
    return matrix


def transform_points(matrix: FloatArray, points: FloatArray) -> NDArray[np.float64]:
    """Apply a 3x3 homography to points of shape (..., 2)."""
    points = np.asarray(points, np.float64)
    projected = points @ np.asarray(matrix)[:, :2].T + np.asarray(matrix)[:, 2]
    return np.asarray(projected[..., :2] / projected[..., 2:])


def warp_perspective(
    image: Image,
    matrix: FloatArray,
    size_px: tuple[int, int],
    *,
    interpolation: int = cv2.INTER_LINEAR,
    border_mode: int = cv2.BORDER_CONSTANT,
    border_value: tuple[float, ...] = (0, 0, 0, 0),
) -> Image:
    """Warp `image` by `matrix` (continuous coordinates, source to target) to a picture of (width, height)."""
    in_pixel_centres = _PIXEL_CENTRE_INVERSE @ matrix @ _PIXEL_CENTRE
    return cv2.warpPerspective(  # type: ignore[return-value]  # OpenCV's stubs widen the type
        image, in_pixel_centres, size_px, flags=interpolation, borderMode=border_mode, borderValue=border_value
    )


def warp_linearly(
    image: Image, matrix: FloatArray, size_px: tuple[int, int], *, border_value: tuple[float, ...] = (0, 0, 0, 0)
) -> Image:
    """`warp_perspective` of a BGR picture with linear interpolation, in less than half of its time.

    OpenCV warps four channels faster than three, so what is needed of the picture is given a fourth.
    """
    left, top, right, bottom = needed_part((image.shape[1], image.shape[0]), matrix, size_px)
    part = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2BGRA)
    from_part = matrix @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
    warped = warp_perspective(part, from_part, size_px, border_value=border_value)  # type: ignore[arg-type]  # OpenCV's stubs widen the type
    return cv2.cvtColor(warped, cv2.COLOR_BGRA2BGR)  # type: ignore[return-value]  # OpenCV's stubs widen the type


def needed_part(source_px: tuple[int, int], matrix: FloatArray, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what a warp reads of a picture: all of it where the horizon is in view.

    Both sizes are (width, height): the picture's, and that of what it is warped to.
    """
    width, height = source_px
    to_source = np.linalg.inv(matrix)
    target = rectangle_quad(*size_px)
    depths = target @ to_source[2, :2] + to_source[2, 2]
    if depths.min() * depths.max() <= 0:
        return 0, 0, width, height
    read = transform_points(to_source, target)
    left, right = _within(read[:, 0].tolist(), width)
    top, bottom = _within(read[:, 1].tolist(), height)
    return left, top, right, bottom


def _within(places: list[float], length: int) -> tuple[int, int]:
    """From where to where places along a side of that length are read, with two pixels more; at least one pixel."""
    start = int(min(max(min(places) - 2, 0), length - 1))
    return start, math.ceil(min(max(max(places) + 2, start + 1), length))


def quad_area(quad: FloatArray) -> float:
    """Signed area, half the cross product of the diagonals: positive for clockwise quads (y points down)."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.asarray(quad, np.float64).tolist()
    return float(0.5 * ((cx - ax) * (dy - by) - (dx - bx) * (cy - ay)))


def is_convex_clockwise(quad: FloatArray) -> bool:
    """Whether every corner turns right, so that the quad is convex, clockwise and not degenerate."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.asarray(quad, np.float64).tolist()
    sides = ((bx - ax, by - ay), (cx - bx, cy - by), (dx - cx, dy - cy), (ax - dx, ay - dy))
    turns = (
        first[0] * second[1] - first[1] * second[0] for first, second in zip(sides, (*sides[1:], sides[0]), strict=True)
    )
    return all(turn > MIN_TURN for turn in turns)


def side_lengths(quad: FloatArray) -> NDArray[np.float64]:
    """Lengths of the top, right, bottom and left side; shape (4,)."""
    return np.asarray(np.linalg.norm(np.asarray(quad)[[1, 2, 3, 0]] - quad, axis=1), dtype=np.float64)


def starting_at(quad: FloatArray, corner: int) -> NDArray[np.float64]:
    """The same quad, (4, 2), from another of its corners on; a tenth of the time of `np.roll`."""
    return np.asarray(np.asarray(quad, np.float64)[_ORDERS[corner]])


def orders_of_corners(quads: FloatArray) -> NDArray[np.float64]:
    """The same quads (N, 4, 2), starting at each of their corners in turn: (4, N, 4, 2)."""
    return np.asarray(np.asarray(quads, np.float64)[:, _ORDERS].swapaxes(0, 1))


def in_nearest_order(quads: FloatArray, like: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The quads (N, 4, 2), each starting at the corner that brings it nearest to the quad `like`, (4, 2).

    Nearest is where the coordinates differ least in sum.

    Returns:
        The quads, and for each the index of the corner that it starts at now, (N,).
    """
    orders = orders_of_corners(quads)
    starts = np.abs(orders - like).sum(axis=(2, 3)).argmin(axis=0)
    return orders[starts, np.arange(len(quads))], starts


def bounding_box(quad: FloatArray) -> NDArray[np.float64]:
    """The xyxy box around a quad of shape (..., 4, 2); shape (..., 4)."""
    return np.concatenate([np.min(quad, axis=-2), np.max(quad, axis=-2)], axis=-1)


def box_iou(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of `first` (N, 4) with every box of `second` (M, 4); shape (N, M)."""
    left, top, right, bottom = first.T[..., None]
    other_left, other_top, other_right, other_bottom = second.T
    width = np.minimum(right, other_right) - np.maximum(left, other_left)
    height = np.minimum(bottom, other_bottom) - np.maximum(top, other_top)
    intersection = np.maximum(width, 0) * np.maximum(height, 0)
    area, other_area = (right - left) * (bottom - top), (other_right - other_left) * (other_bottom - other_top)
    return np.asarray(intersection / (area + other_area - intersection))


def intersection_area(first: FloatArray, second: FloatArray) -> float:
    """The area that two convex clockwise quads share (Sutherland & Hodgman, Reentrant Polygon Clipping, 1974).

    OpenCV's `intersectConvexConvex` gives a part of it, or nothing, for quads that have corners in common.
    """
    shared = np.asarray(first, np.float64).tolist()
    corners = np.asarray(second, np.float64).tolist()
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        # Positive to the right of the side, which is inside.
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in shared]
        clipped = []
        for index, ((x, y), side) in enumerate(zip(shared, sides, strict=True)):
            (last_x, last_y), last_side = shared[index - 1], sides[index - 1]
            if (side >= 0) != (last_side >= 0):
                share = last_side / (last_side - side)
                clipped.append((last_x + share * (x - last_x), last_y + share * (y - last_y)))
            if side >= 0:
                clipped.append((x, y))
        shared = clipped
    turns = (ax * by - bx * ay for (ax, ay), (bx, by) in zip(shared, (*shared[1:], *shared[:1]), strict=True))
    return float(0.5 * sum(turns))


def quad_iou(first: FloatArray, second: FloatArray) -> float:
    """Intersection over union of two convex quads; 0 where either is not convex or has no area."""
    if not (is_convex_clockwise(first) and is_convex_clockwise(second)):
        return 0.0
    area_first, area_second = quad_area(first), quad_area(second)
    intersection = intersection_area(first, second)
    union = area_first + area_second - intersection
    return float(np.clip(intersection / union, 0.0, 1.0)) if union > 0 else 0.0
