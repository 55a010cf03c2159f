from __future__ import annotations

import numpy as np
import pytest

from detector.image_pyramid import ImagePyramid


def test_level_0_is_the_picture_itself() -> None:
    image = np.zeros((6, 10, 3), np.uint8)
    assert ImagePyramid(image).level(0) is image


def test_a_pixel_is_the_mean_of_those_it_covers_and_what_is_left_over_is_dropped() -> None:
    image = np.random.default_rng(0).integers(0, 256, (19, 29, 3), np.uint8)
    level = ImagePyramid(image).level(2)
    means = image[:16, :28].reshape(4, 4, 7, 4, 3).mean(axis=(1, 3))
    assert level.shape == (4, 7, 3)
    # Each halving rounds.
    np.testing.assert_allclose(level, means, atol=1.0)


@pytest.mark.parametrize(
    ("scale", "level"), [(2.0, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (0.001, 5)]
)
def test_a_level_has_at_least_the_resolution_asked_for(scale: float, level: int) -> None:
    pyramid = ImagePyramid(np.zeros((40, 60, 3), np.uint8))
    assert pyramid.level_for(scale) == level
    assert min(pyramid.level(level).shape[:2]) >= 1


def test_a_picture_of_one_row_has_no_smaller_level() -> None:
    assert ImagePyramid(np.zeros((1, 900, 3), np.uint8)).level_for(0.1) == 0
