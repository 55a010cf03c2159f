from __future__ import annotations

import cv2
import numpy as np

from app.live.auto_capture import SHARP_ENOUGH
from app.live.sharpness import sharpness
from detector.geometry import rectangle_quad


def test_a_sharp_card_and_a_blurred_one(card) -> None:
    quad = rectangle_quad(1011, 638)

    assert sharpness(card, quad) > SHARP_ENOUGH
    assert sharpness(cv2.GaussianBlur(card, (0, 0), 6), quad) < SHARP_ENOUGH


def test_a_standing_card_is_as_sharp_as_a_lying_one(card) -> None:
    blurred = cv2.GaussianBlur(card, (0, 0), 4)
    lying = sharpness(blurred, rectangle_quad(1011, 638))
    standing = sharpness(np.asarray(cv2.rotate(blurred, cv2.ROTATE_90_CLOCKWISE)), rectangle_quad(638, 1011))

    assert abs(standing - lying) < 0.02


def test_the_rim_does_not_make_a_blurred_card_sharp(card) -> None:
    picture = np.zeros((900, 1300, 3), np.uint8)
    picture[100:738, 100:1111] = cv2.GaussianBlur(card, (0, 0), 8)

    assert sharpness(picture, rectangle_quad(1011, 638) + 100) < SHARP_ENOUGH


def test_nothing_to_see() -> None:
    flat = np.full((300, 400, 3), 128, np.uint8)

    assert sharpness(flat, rectangle_quad(400, 300)) == 0
    assert sharpness(flat, rectangle_quad(400, 300)[::-1]) == 0
