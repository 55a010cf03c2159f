from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Polygon

from detector.geometry import (
    bounding_box,
    homography,
    in_nearest_order,
    intersection_area,
    is_convex_clockwise,
    orders_of_corners,
    quad_area,
    quad_iou,
    rectangle_quad,
    side_lengths,
    starting_at,
    transform_points,
    warp_linearly,
    warp_perspective,
)

Quad = NDArray[np.float64]

SQUARE = rectangle_quad(10, 10)
DEGENERATE = {
    "counter-clockwise": SQUARE[::-1],
    "bow tie": SQUARE[[0, 2, 1, 3]],
    "concave": np.array([[0, 0], [10, 0], [2, 2], [0, 10.0]]),
    "three on a line": np.array([[0, 0], [5, 0], [10, 0], [0, 10.0]]),
    "one point": np.full((4, 2), 3.0),
    "no numbers": np.full((4, 2), np.nan),
}


@st.composite
def convex_quads(draw: st.DrawFn) -> Quad:
    """A rectangle, turned, whose corners are each moved by up to 15 % of its shorter side."""
    width, height = draw(st.floats(20, 400)), draw(st.floats(20, 400))
    centre = np.array([draw(st.floats(-300, 300)), draw(st.floats(-300, 300))])
    angle = draw(st.floats(0, 2 * np.pi))
    moves = draw(st.lists(st.floats(-0.15, 0.15), min_size=8, max_size=8))
    corners = rectangle_quad(width, height) - (width / 2, height / 2) + np.reshape(moves, (4, 2)) * min(width, height)
    return np.asarray(centre + corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]))


@given(convex_quads(), convex_quads())
def test_a_homography_takes_each_corner_to_its_own(source: Quad, target: Quad) -> None:
    np.testing.assert_allclose(transform_points(homography(source, target), source), target, atol=1e-6)


@given(convex_quads(), convex_quads())
def test_the_homography_back_is_the_inverse(source: Quad, target: Quad) -> None:
    there, back = homography(source, target), homography(target, source)
    product = back @ there
    np.testing.assert_allclose(product / product[2, 2], np.eye(3), atol=1e-6)


@pytest.mark.parametrize("name", ["three on a line", "one point"])
def test_no_homography_from_a_quad_with_three_corners_on_a_line(name: str) -> None:
    with pytest.raises(ValueError, match="on a line"):
        homography(DEGENERATE[name], SQUARE)


def test_points_are_divided_by_their_third_coordinate() -> None:
    matrix = np.array([[1.0, 0, 2], [0, 1, 0], [0, 0.5, 1]])
    np.testing.assert_allclose(transform_points(matrix, np.array([2.0, 2.0])), [2.0, 1.0])


def test_points_keep_their_leading_dimensions() -> None:
    points = np.arange(24.0).reshape(3, 4, 2)
    np.testing.assert_allclose(transform_points(np.diag([2.0, 3.0, 1.0]), points), points * (2, 3))


def test_the_identity_warps_to_the_same_picture() -> None:
    image = np.random.default_rng(0).integers(0, 256, (7, 9, 3), np.uint8)
    np.testing.assert_array_equal(warp_perspective(image, np.eye(3), (9, 7)), image)


def test_scaling_has_no_offset() -> None:
    """A ramp of value 8x at x is, at twice the size, of value 4x at x; sampled at the centres of pixels."""
    ramp = np.repeat((8 * (np.arange(20) + 0.5)).astype(np.uint8)[None], 8, axis=0)
    twice = warp_perspective(ramp, np.diag([2.0, 2.0, 1.0]), (40, 16))
    np.testing.assert_array_equal(twice[8, 1:-1], 4 * (np.arange(40) + 0.5)[1:-1])


@pytest.mark.parametrize("scale", [2.0, 3.0, 5.0])
def test_scaling_multiplies_centroids(scale: float) -> None:
    image = np.zeros((24, 32), np.uint8)
    image[6:9, 11:18] = 240
    size = (round(32 * scale), round(24 * scale))
    scaled = warp_perspective(image, np.diag([scale, scale, 1.0]), size).astype(float)
    y, x = np.indices(scaled.shape) + 0.5
    centroid = (x * scaled).sum() / scaled.sum(), (y * scaled).sum() / scaled.sum()
    np.testing.assert_allclose(centroid, (14.5 * scale, 7.5 * scale), atol=0.02)


@pytest.mark.parametrize(
    "quad",
    [
        [[30, 20], [90, 28], [84, 70], [25, 60]],
        [[-20, -15], [60, 10], [50, 70], [-30, 50]],
        [[200, 200], [260, 200], [260, 240], [200, 240]],
        [[40, 30], [80, 30], [119, 79], [1, 79]],
    ],
    ids=["inside", "over the border", "outside", "strongly tilted"],
)
def test_warping_linearly_is_warping_with_linear_interpolation(quad: list[list[float]]) -> None:
    image = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (80, 120, 3), np.uint8), (0, 0), 2)
    matrix = homography(np.array(quad, np.float64), rectangle_quad(64, 40))
    expected = warp_perspective(image, matrix, (64, 40), border_value=(9, 9, 9, 9))
    warped = warp_linearly(image, matrix, (64, 40), border_value=(9, 9, 9, 9))
    np.testing.assert_allclose(warped.astype(int), expected, atol=2)


def test_warping_linearly_with_the_horizon_in_view() -> None:
    image = np.full((80, 120, 3), 77, np.uint8)
    matrix = np.array([[1.0, 0, 0], [0, 1, 0], [0.02, 0, -1]])
    np.testing.assert_array_equal(warp_linearly(image, matrix, (64, 40)), warp_perspective(image, matrix, (64, 40)))


def test_area_is_positive_for_clockwise_quads() -> None:
    assert quad_area(rectangle_quad(4, 3)) == 12
    assert quad_area(rectangle_quad(4, 3)[::-1]) == -12


@given(convex_quads())
def test_area_is_that_of_the_polygon(quad: Quad) -> None:
    assert quad_area(quad) == pytest.approx(Polygon(quad).area)


@given(convex_quads(), st.integers(0, 3))
def test_convex_clockwise_quads_are_recognised_from_any_corner(quad: Quad, start: int) -> None:
    assert is_convex_clockwise(np.roll(quad, start, axis=0))


@pytest.mark.parametrize("name", DEGENERATE)
def test_other_quads_are_not_convex_clockwise(name: str) -> None:
    assert not is_convex_clockwise(DEGENERATE[name])


def test_side_lengths_go_top_right_bottom_left() -> None:
    quad = np.array([[0, 0], [4, 0], [4, 3], [0, 5.0]])
    np.testing.assert_allclose(side_lengths(quad), [4, 3, np.hypot(4, 2), 5])


def test_bounding_boxes_of_many_quads() -> None:
    quads = np.stack([SQUARE, SQUARE * 2 + (1, 3)])
    np.testing.assert_array_equal(bounding_box(quads), [[0, 0, 10, 10], [1, 3, 21, 23]])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SQUARE, 1.0),
        (SQUARE + (5, 0), 1 / 3),
        (SQUARE + (5, 5), 1 / 7),
        (SQUARE + (20, 0), 0.0),
        (SQUARE + (10, 0), 0.0),
        (SQUARE * 0.5 + 2, 0.25),
        # A square turned by 45 degrees about its centre: what is shared is a regular octagon.
        (np.array([[5, -1], [11, 5], [5, 11], [-1, 5]]) * 5 * 2**0.5 / 6 + 5 * (1 - 5 * 2**0.5 / 6), 2**-0.5),
    ],
)
def test_quad_iou_by_hand(other: Quad, expected: float) -> None:
    assert quad_iou(SQUARE, other) == pytest.approx(expected)


@given(convex_quads(), convex_quads())
def test_quad_iou_is_that_of_the_polygons(first: Quad, second: Quad) -> None:
    a, b = Polygon(first), Polygon(second)
    assert quad_iou(first, second) == pytest.approx(a.intersection(b).area / a.union(b).area, abs=1e-9)


@given(convex_quads(), st.integers(0, 3), st.floats(0.4, 1.0))
def test_quads_with_corners_in_common_share_their_whole_area(quad: Quad, corner: int, share: float) -> None:
    """One corner is moved inwards along a side, the others stay: where OpenCV's intersection goes wrong."""
    smaller = quad.copy()
    smaller[corner] = quad[corner - 1] + share * (quad[corner] - quad[corner - 1])
    assert quad_iou(quad, smaller) == pytest.approx(quad_area(smaller) / quad_area(quad), abs=1e-9)


def test_shared_area_by_hand() -> None:
    assert intersection_area(SQUARE, SQUARE + (4, 7)) == pytest.approx(18)
    assert intersection_area(SQUARE, SQUARE + 20) == 0


@given(convex_quads(), st.floats(-8, 8), st.floats(-8, 8), st.integers(0, 3))
def test_quad_iou_does_not_depend_on_order_or_first_corner(quad: Quad, dx: float, dy: float, start: int) -> None:
    moved = quad + (dx, dy)
    assert quad_iou(np.roll(moved, start, axis=0), quad) == pytest.approx(quad_iou(quad, moved), abs=1e-9)


@pytest.mark.parametrize("name", DEGENERATE)
def test_quad_iou_with_a_degenerate_quad_is_zero(name: str) -> None:
    assert quad_iou(DEGENERATE[name], SQUARE) == 0
    assert quad_iou(SQUARE, DEGENERATE[name]) == 0


def test_a_quad_from_each_of_its_corners_on() -> None:
    quads = np.arange(16.0).reshape(2, 4, 2)
    orders = orders_of_corners(quads)
    assert orders.shape == (4, 2, 4, 2)
    for start in range(4):
        np.testing.assert_array_equal(orders[start], np.roll(quads, -start, axis=1))
        np.testing.assert_array_equal(starting_at(quads[1], start), orders[start, 1])


@given(convex_quads(), st.lists(st.integers(0, 3), max_size=5))
def test_quads_start_where_they_come_nearest_to_another(quad: Quad, turns: list[int]) -> None:
    """Rolled by some corners and moved a little, each starts again where the other does."""
    moved = [np.roll(quad, turn, axis=0) + (1, -2) for turn in turns]
    quads, starts = in_nearest_order(np.reshape(moved, (-1, 4, 2)), quad)
    np.testing.assert_array_equal(quads, np.broadcast_to(quad + (1, -2), (len(turns), 4, 2)))
    assert starts.tolist() == turns
