from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector.align import VIEW_MARGIN, landscape_order, view_homography, warp_view
from detector.geometry import homography, rectangle_quad, side_lengths, transform_points, warp_perspective
from detector.image_pyramid import ImagePyramid

QUAD = np.array([[210, 120], [520, 160], [500, 350], [190, 330.0]])
SIZE = (256, 160)


def turned(quad: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray((quad - quad.mean(axis=0)) @ rotation + quad.mean(axis=0))


@given(st.floats(-180, 180), st.integers(0, 3))
def test_the_view_is_landscape_and_does_not_depend_on_the_first_corner(degrees: float, start: int) -> None:
    quad = turned(rectangle_quad(86, 54), degrees)
    ordered = landscape_order(np.roll(quad, start, axis=0))
    top, right, _, _ = side_lengths(ordered)
    assert top > right
    assert {tuple(corner) for corner in ordered} == {tuple(corner) for corner in quad}
    if abs(abs(degrees) - 90) > 1:
        np.testing.assert_allclose(ordered, landscape_order(quad))


@given(st.floats(-89, 89), st.integers(0, 3))
def test_the_view_is_turned_least(degrees: float, start: int) -> None:
    """A card turned by less than a quarter, upright or upside down, keeps its top or its bottom at the top."""
    quad = turned(rectangle_quad(86, 54), degrees)
    np.testing.assert_allclose(landscape_order(np.roll(quad, start, axis=0)), quad, atol=1e-9)


def test_the_candidate_fills_the_view_but_for_the_margin() -> None:
    corners = transform_points(view_homography(QUAD, *SIZE), QUAD)
    low, high = np.array(SIZE) * VIEW_MARGIN, np.array(SIZE) * (1 - VIEW_MARGIN)
    np.testing.assert_allclose(corners, [low, (high[0], low[1]), high, (low[0], high[1])])


def test_a_quad_with_three_corners_on_a_line_has_no_view() -> None:
    with pytest.raises(ValueError, match="on a line"):
        view_homography(np.array([[0, 0], [5, 0], [10, 0], [0, 10.0]]), *SIZE)


def picture_with_dots(scale: float) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]:
    """A picture of 640 x 480 times `scale` with a discs of light on a card, the card's quad and the discs' centres."""
    board = np.full((600, 960), 40, np.uint8)
    places = np.array([[120, 90], [830, 100], [700, 500], [200, 420.0], [480, 300]])
    for x, y in places:
        cv2.circle(board, (round((x - 0.5) * 16), round((y - 0.5) * 16)), 40 * 16, 255, cv2.FILLED, cv2.LINE_AA, 4)
    quad = QUAD * scale
    to_picture = homography(rectangle_quad(960, 600), quad)
    size = (round(640 * scale), round(480 * scale))
    picture = warp_perspective(board, to_picture, size, border_value=(40, 40, 40, 40))
    return cv2.merge([picture] * 3), quad, transform_points(to_picture, places)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 5.0])
def test_what_is_seen_in_the_view_is_where_the_homography_says(scale: float) -> None:
    """From pictures of lower resolution than the view to those that are reduced first."""
    picture, quad, places = picture_with_dots(scale)
    view, to_view = warp_view(ImagePyramid(picture), quad, *SIZE)
    assert view.shape == (SIZE[1], SIZE[0], 3)
    light = np.clip(view[..., 0].astype(float) - 60, 0, None)
    y, x = np.indices(light.shape) + 0.5
    for expected in transform_points(to_view, places):
        near = light * (np.hypot(x - expected[0], y - expected[1]) < 22)
        assert near.sum() > 0
        seen = (x * near).sum() / near.sum(), (y * near).sum() / near.sum()
        np.testing.assert_allclose(seen, expected, atol=0.3)


def test_a_large_picture_does_not_alias_in_the_view() -> None:
    """Stripes much finer than the view's pixels become an even grey."""
    picture = np.zeros((2400, 3200, 3), np.uint8)
    picture[:, ::4] = picture[:, 1::4] = 255
    view, _ = warp_view(ImagePyramid(picture), rectangle_quad(2600, 1600) + 300, *SIZE)
    assert float(view[20:-20, 20:-20].std()) < 25


def test_what_lies_outside_the_picture_is_black() -> None:
    picture = np.full((480, 640, 3), 200, np.uint8)
    view, _ = warp_view(ImagePyramid(picture), rectangle_quad(300, 200) - (150, 0) + (0, 100), *SIZE)
    assert (view[:, -40:] > 190).all()
    assert (view[:, :40] == 0).all()
    large = np.full((4800, 6400, 3), 200, np.uint8)
    view, _ = warp_view(ImagePyramid(large), rectangle_quad(3000, 2000) - (1500, 0) + (0, 1000), *SIZE)
    assert (view[:, -40:] > 190).all()
    assert (view[:, :40] == 0).all()


@pytest.mark.parametrize("offset", [(-5000, 0), (9000, 9000)])
def test_a_candidate_far_outside_the_picture_is_black(offset: tuple[int, int]) -> None:
    picture = np.full((480, 640, 3), 200, np.uint8)
    view, _ = warp_view(ImagePyramid(picture), rectangle_quad(1500, 1000) + offset, *SIZE)
    assert not view.any()
