from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.documents.errors import OutlineError
from app.documents.straighten import straighten
from detector.geometry import homography, rectangle_quad, warp_perspective

SIZE = (1011, 638)
TILTED = np.array([[0.13, 0.16], [0.83, 0.08], [0.9, 0.72], [0.06, 0.84]])


def scene_with(card: np.ndarray, quad: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The card warped into a grey scene, sampled 4 x 4 times a pixel, as a camera's pixels average light."""
    fine = warp_perspective(
        card,
        homography(rectangle_quad(card.shape[1], card.shape[0]), quad * 4),
        (size[0] * 4, size[1] * 4),
        border_value=(90, 90, 90, 0),
    )
    return cv2.resize(fine, size, interpolation=cv2.INTER_AREA)


def inner_error(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(int) - second)[6:-6, 6:-6].mean())


@pytest.mark.parametrize(("scene_size", "tolerance"), [((1400, 1000), 3.0), ((2100, 1500), 1.0)])
def test_round_trip(card, scene_size, tolerance) -> None:
    quad = TILTED * scene_size

    crop = straighten(scene_with(card, quad, scene_size), quad, SIZE)

    assert crop.shape == card.shape
    assert inner_error(crop, card) < tolerance


def test_the_first_corner_of_the_quad_becomes_the_top_left(card) -> None:
    quad = TILTED * (1400, 1000)
    scene = scene_with(card, quad, (1400, 1000))

    upside_down = straighten(scene, np.roll(quad, 2, axis=0), SIZE)

    assert inner_error(upside_down[::-1, ::-1], card) < 3


def test_a_denser_source_is_averaged_not_skipped() -> None:
    stripes = np.zeros((1276, 2022, 3), np.uint8)
    stripes[:, ::2] = 255

    crop = straighten(stripes, rectangle_quad(2022, 1276), SIZE)

    np.testing.assert_allclose(crop[4:-4, 4:-4], 127.5, atol=3)


@pytest.mark.parametrize(("density", "least_db"), [(1.6, 35), (2.0, 38), (2.7, 40), (3.4, 42), (4.8, 42)])
def test_denser_sources_come_out_as_the_true_card_looks(card, density, least_db) -> None:
    size = (SIZE[0] // 6, SIZE[1] // 6)
    quad = TILTED * (1.3 * density * size[0], 1.6 * density * size[1])
    scene = scene_with(card, quad, tuple(np.ceil(quad.max(axis=0) + 20).astype(int).tolist()))

    crop = straighten(scene, quad, size)

    error = (crop.astype(float) - cv2.resize(card, size, interpolation=cv2.INTER_AREA))[4:-4, 4:-4]
    assert 10 * np.log10(255**2 / np.mean(error**2)) >= least_db


def test_a_source_of_the_same_density_is_kept_sharp(card) -> None:
    np.testing.assert_allclose(straighten(card, rectangle_quad(1011, 638), SIZE), card, atol=1)


def test_what_lies_outside_the_picture_is_white(card) -> None:
    quad = rectangle_quad(1011, 638) - (300, 0)

    crop = straighten(card, quad, SIZE)

    np.testing.assert_array_equal(crop[:, :290], 255)
    np.testing.assert_allclose(crop[:, 310:], card[:, 10:711], atol=1)


def test_a_picture_wider_than_opencv_warps(card) -> None:
    wide = np.full((700, 40_000, 3), 90, np.uint8)
    wide[30:668, 35_000:36_011] = card

    crop = straighten(wide, rectangle_quad(1011, 638) + (35_000, 30), SIZE)

    np.testing.assert_allclose(crop, card, atol=1)


def test_a_card_wider_than_opencv_warps() -> None:
    wide = np.full((300, 40_000, 3), 90, np.uint8)

    crop = straighten(wide, rectangle_quad(40_000, 300), SIZE)

    np.testing.assert_array_equal(crop[4:-4, 4:-4], 90)


def test_a_card_of_one_pixel() -> None:
    crop = straighten(np.full((1, 1, 3), 77, np.uint8), rectangle_quad(1, 1), SIZE)

    assert crop.shape == (638, 1011, 3)


@pytest.mark.parametrize("quad", [np.zeros((4, 2)), rectangle_quad(5, 5)[::-1]])
def test_no_outline(card, quad) -> None:
    with pytest.raises(OutlineError):
        straighten(card, quad, SIZE)
