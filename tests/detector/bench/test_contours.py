from __future__ import annotations

import numpy as np
import pytest

from detector.bench.contours import detect_by_contours
from detector.evaluation.matching import rectified_iou
from detector.geometry import rectangle_quad, warp_perspective


def test_contours_find_a_clean_rectangle() -> None:
    quad = rectangle_quad(500, 315) + np.array([420.0, 200.0])
    image = np.full((720, 1280, 3), 40, np.uint8)
    image[200:515, 420:920] = 220
    (detection,) = detect_by_contours(image)
    assert rectified_iou(quad, detection.quad) > 0.97
    assert np.abs(detection.quad - quad).max() < 4
    assert detection.score == pytest.approx(500 * 315 / (1280 * 720), rel=0.03)


def test_contours_start_a_turned_rectangle_at_its_top_left() -> None:
    angle = np.deg2rad(20)
    matrix = np.array([[np.cos(angle), -np.sin(angle), 300], [np.sin(angle), np.cos(angle), 100], [0, 0, 1]])
    image = warp_perspective(np.full((200, 320, 3), 230, np.uint8), matrix, (800, 600))
    (detection,) = detect_by_contours(image)
    np.testing.assert_allclose(detection.quad[0], [300, 100], atol=4)


def test_contours_find_nothing_on_a_plain_picture() -> None:
    assert detect_by_contours(np.full((300, 400, 3), 128, np.uint8)) == []
