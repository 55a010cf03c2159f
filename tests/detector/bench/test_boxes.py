from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.bench.boxes import find_boxes
from detector.network.config import LIGHT, RESNET50

Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]


def test_boxes_are_brought_back_into_the_picture() -> None:
    """The best anchor, unmoved, is a square of 4 * 8 pixels around the first cell's centre at a quarter of the size."""
    anchors = 9 * (40**2 + 20**2 + 10**2 + 5**2 + 3**2)

    def network(picture: NDArray[np.float32]) -> Arrays:
        assert picture.shape == (1, 3, 320, 320)
        assert picture[0, :, :180].mean() == pytest.approx(255)
        assert picture[0, :, 180:].max() == 0
        scores = np.full((1, anchors), 0.01, np.float32)
        scores[0, 1] = 0.99
        return scores, np.zeros((1, anchors, 4), np.float32)

    boxes = find_boxes(network, RESNET50.anchors, np.full((720, 1280, 3), 255, np.uint8))
    assert boxes.shape[1] == 4
    np.testing.assert_allclose(boxes[0], 4 * np.array([4 - 16, 4 - 16, 4 + 16, 4 + 16]), atol=1e-3)


def test_the_box_of_corners_is_the_one_around_them() -> None:
    """Corners of half the anchor's mean side, 40 pixels, around the first cell's centre at (8, 8)."""
    count = 6 * (20**2 + 10**2 + 5**2)

    def network(_picture: NDArray[np.float32]) -> Arrays:
        scores = np.full((1, count), 0.01, np.float32)
        scores[0, 1] = 0.99
        square = np.array([-1, -1, 1, -1, 1, 1, -1, 1], np.float32)
        return scores, np.broadcast_to(square, (1, count, 8)).copy()

    boxes = find_boxes(network, LIGHT.anchors, np.zeros((320, 320, 3), np.uint8))
    np.testing.assert_allclose(boxes[0], [8 - 20, 8 - 20, 8 + 20, 8 + 20], atol=1e-3)
