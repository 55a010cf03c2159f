from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.documents.errors import OutlineError
from app.documents.formats import FORMATS, ID_1, ID_2, ID_3, choose_format, free_format, true_aspect
from detector.geometry import is_convex_clockwise, rectangle_quad

PICTURE = (4000, 3000)
FORMATS_TOLD = [ID_1, ID_3]


def photographed(width: float, height: float, tilt: float, axis: float, turn: float, focal: float = 0.8) -> np.ndarray:
    """The quad of a rectangle of width x height units, tilted and turned (radians), seen by a pinhole camera."""
    corners = np.column_stack([rectangle_quad(width, height) - (width / 2, height / 2), np.zeros(4)])
    turned = cv2.Rodrigues(np.array([0.0, 0.0, turn]))[0]
    tilted = cv2.Rodrigues(np.array([np.cos(axis), np.sin(axis), 0.0]) * tilt)[0]
    points = corners @ turned.T @ tilted.T + (0.15 * width, -0.1 * width, 1.8 * width)
    return points[:, :2] / points[:, 2:] * focal * max(PICTURE) + np.array(PICTURE) / 2


@pytest.mark.parametrize(("card_format", "expected"), [(ID_1, (1011, 638)), (ID_2, (1240, 874)), (ID_3, (1476, 1039))])
def test_size_at_300_dpi(card_format, expected) -> None:
    assert card_format.size_px(300) == expected
    assert card_format.size_px(300, portrait=True) == expected[::-1]


@pytest.mark.parametrize("card_format", FORMATS)
@pytest.mark.parametrize("dpi", [72, 300, 600])
def test_size_is_true_to_half_a_pixel(card_format, dpi) -> None:
    width, height = card_format.size_px(dpi)

    assert abs(width / dpi * 25.4 - card_format.width_mm) <= 25.4 / dpi / 2
    assert abs(height / dpi * 25.4 - card_format.height_mm) <= 25.4 / dpi / 2


@given(
    card_format=st.sampled_from(FORMATS_TOLD),
    tilt=st.floats(0.1, 0.9),
    axis=st.floats(0, 6.28),
    turn=st.floats(0, 6.28),
    focal=st.floats(0.65, 1.4),
)
def test_aspect_of_a_tilted_card_is_recovered(card_format, tilt, axis, turn, focal) -> None:
    quad = photographed(card_format.width_mm, card_format.height_mm, tilt, axis, turn, focal)
    assume(is_convex_clockwise(quad))
    # Where a side stays level, its opposite stays parallel and the focal length cannot be told: an estimate remains.
    sides_level = abs(np.sin(2 * (axis - turn))) < 0.05

    aspect = true_aspect(quad, PICTURE)

    assert aspect == pytest.approx(card_format.aspect, rel=0.4 if sides_level else 1e-3)


@pytest.mark.parametrize("card_format", FORMATS_TOLD)
@pytest.mark.parametrize("turn", [0.0, 0.3, np.pi / 2])
def test_aspect_seen_straight_on(card_format, turn) -> None:
    quad = photographed(card_format.width_mm, card_format.height_mm, 0, 0, turn)

    assert true_aspect(quad, PICTURE) == pytest.approx(card_format.aspect, rel=1e-6)


def test_aspect_of_a_standing_card_is_below_one() -> None:
    lying = photographed(85.6, 53.98, 0.5, 1, 0)

    assert true_aspect(np.roll(lying, 1, axis=0), PICTURE) == pytest.approx(1 / true_aspect(lying, PICTURE))


def test_noisy_corners_still_tell_the_formats_apart() -> None:
    rng = np.random.default_rng(3)
    right = 0
    for number in range(400):
        card_format = FORMATS_TOLD[number % 2]
        tilt, axis, turn = rng.uniform(0, (0.7, 6.28, 6.28))
        quad = photographed(card_format.width_mm, card_format.height_mm, tilt, axis, turn, rng.uniform(0.65, 1.2))
        noise = rng.normal(0, 0.003 * np.linalg.norm(quad[1] - quad[0]), (4, 2))
        right += choose_format(true_aspect(quad + noise, PICTURE)) is card_format
    assert right >= 0.96 * 400


def test_aspect_of_no_outline() -> None:
    with pytest.raises(OutlineError):
        true_aspect(np.array([[0, 0], [10, 10], [10, 0], [0, 10]], float), PICTURE)


@pytest.mark.parametrize("aspect", [1.5858, 1.7, 1.52, 1 / 1.5858])
def test_id_1_by_shape(aspect) -> None:
    assert choose_format(aspect) is ID_1


@pytest.mark.parametrize("aspect", [1.42, 1.3, 1 / 1.42, 1.0])
def test_id_3_by_shape(aspect) -> None:
    assert choose_format(aspect) is ID_3


def test_a_free_format_lies_on_its_long_side() -> None:
    page = free_format(148, 210.5)

    assert (page.name, page.size_mm(), page.corner_radius_mm) == ("210.5x148 mm", (210.5, 148), 0)
    assert page.size_mm(portrait=True) == (148, 210.5)
