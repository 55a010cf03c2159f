from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.documents.formats import ID_1
from app.documents.quality import QualityFlag, judge_card, measure_quality
from detector.geometry import Image, rectangle_quad

QUAD = rectangle_quad(1011, 638) + (200, 150)


@pytest.fixture
def scene(card) -> Image:
    picture = np.full((900, 1400, 3), 90, np.uint8)
    picture[150:788, 200:1211] = card
    return picture


def flags(picture: Image, quad: np.ndarray = QUAD, dpi: float = 300) -> tuple[QualityFlag, ...]:
    return measure_quality(picture, quad, dpi).flags


def glare_spot(scene: Image, sigma: float) -> Image:
    y, x = np.mgrid[: scene.shape[0], : scene.shape[1]]
    light = 700 * np.exp(-((x - 600) ** 2 + (y - 450) ** 2) / (2 * sigma**2))
    return np.clip(scene * 0.7 + light[..., None], 0, 255).astype(np.uint8)


def test_a_good_picture(scene) -> None:
    quality = measure_quality(scene, QUAD, 300)

    assert quality.flags == ()
    assert quality.source_dpi == pytest.approx(300, rel=0.01)
    assert quality.glare_share == 0
    assert quality.outside_share == 0


@pytest.mark.parametrize(("blur_mm", "expected"), [(0.1, ()), (0.4, (QualityFlag.BLURRED,))])
def test_blur(scene, blur_mm, expected) -> None:
    assert flags(cv2.GaussianBlur(scene, (0, 0), blur_mm / 25.4 * 300)) == expected


def test_noise_does_not_hide_blur(scene) -> None:
    noise = np.random.default_rng(0).normal(0, 6, scene.shape)
    blurred = cv2.GaussianBlur(scene, (0, 0), 5) + noise

    assert flags(np.clip(blurred, 0, 255).astype(np.uint8)) == (QualityFlag.BLURRED,)


def test_a_reflection_is_glare(scene) -> None:
    assert QualityFlag.GLARE in flags(glare_spot(scene, 60))


def test_white_print_is_not(scene) -> None:
    printed = scene.copy()
    printed[200:400, 300:600] = 255

    assert flags(printed) == ()
    assert QualityFlag.GLARE not in flags(np.full((900, 1400, 3), 255, np.uint8))


def test_a_card_that_leaves_the_picture(scene) -> None:
    assert flags(scene[:, 230:], QUAD - (230, 0)) == (QualityFlag.CUT_OFF,)
    assert flags(scene[:, 203:], QUAD - (203, 0)) == ()


def test_a_small_card_is_too_small_and_nothing_else(scene) -> None:
    small = cv2.resize(scene, None, fx=0.32, fy=0.32, interpolation=cv2.INTER_AREA)

    quality = measure_quality(small, QUAD * 0.32, 300)

    assert quality.flags == (QualityFlag.TOO_SMALL,)
    assert quality.source_dpi == pytest.approx(96, rel=0.02)
    assert flags(small, QUAD * 0.32, dpi=150) != quality.flags


def test_standing_cards_of_a_given_format_measure_the_same(scene) -> None:
    lying = measure_quality(scene, QUAD, 300, ID_1)
    standing = measure_quality(scene, np.roll(QUAD, 1, axis=0), 300, ID_1)

    assert standing.source_dpi == pytest.approx(lying.source_dpi)
    assert standing.blur == pytest.approx(lying.blur, abs=0.02)


def test_not_knowing_which_way_is_up(scene) -> None:
    assert measure_quality(scene, QUAD, 300, upright=False).flags == (QualityFlag.UNSURE_UPRIGHT,)


def test_a_card_that_is_straight_already_is_judged_alike(scene, card) -> None:
    flat = judge_card(card, QUAD, (1400, 900), 300, ID_1)
    whole = measure_quality(scene, QUAD, 300)

    assert flat.flags == whole.flags
    assert flat.source_dpi == whole.source_dpi
    assert flat.blur == pytest.approx(whole.blur, abs=0.03)
