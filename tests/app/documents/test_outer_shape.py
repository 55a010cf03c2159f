from __future__ import annotations

import numpy as np
import pytest

from app.documents.formats import ID_1
from app.documents.outer_shape import add_margin, on_white, round_corners

DPI = 300
RADIUS_PX = ID_1.corner_radius_mm / 25.4 * DPI


def test_the_corners_alone_become_transparent() -> None:
    card = np.full((638, 1011, 3), 40, np.uint8)

    rounded = round_corners(card, RADIUS_PX)

    assert rounded.shape == (638, 1011, 4)
    np.testing.assert_array_equal(rounded[..., :3], card)
    for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert rounded[row, column, 3] == 0
    assert (rounded[0, 60:-60, 3] == 255).all()
    assert (rounded[60:-60, :, 3] == 255).all()
    cut_away = (255 - rounded[..., 3].astype(float)).sum() / 255
    assert cut_away == pytest.approx((4 - np.pi) * RADIUS_PX**2, rel=0.02)


def test_a_radius_of_zero_cuts_nothing() -> None:
    assert (round_corners(np.zeros((10, 20, 3), np.uint8), 0)[..., 3] == 255).all()


def test_transparent_pixels_become_white() -> None:
    flat = on_white(round_corners(np.zeros((638, 1011, 3), np.uint8), RADIUS_PX))

    assert flat.shape == (638, 1011, 3)
    np.testing.assert_array_equal(flat[0, 0], 255)
    np.testing.assert_array_equal(flat[300, 500], 0)


@pytest.mark.parametrize(("channels", "border"), [(3, [255, 255, 255]), (4, [255, 255, 255, 0])])
def test_the_margin_is_white_or_transparent(channels, border) -> None:
    picture = np.full((4, 6, channels), 7, np.uint8)

    wider = add_margin(picture, 3)

    assert wider.shape == (10, 12, channels)
    np.testing.assert_array_equal(wider[0, 0], border)
    np.testing.assert_array_equal(wider[3:-3, 3:-3], picture)
