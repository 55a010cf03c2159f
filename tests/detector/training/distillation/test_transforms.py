from __future__ import annotations

import itertools

import numpy as np
import pytest

from detector.geometry import is_convex_clockwise
from detector.training.distillation.transforms import Transform, variations

WIDTH, HEIGHT = 7, 4


@pytest.mark.parametrize(
    ("transform", "seen"),
    [
        (Transform(64), [[2, 1], [5, 1], [6, 3], [1, 2]]),
        (Transform(64, mirrored=True), [[5, 1], [6, 2], [1, 3], [2, 1]]),
        (Transform(64, quarter_turns=1), [[1, 5], [1, 2], [3, 1], [2, 6]]),
        (Transform(64, quarter_turns=2), [[5, 3], [2, 3], [1, 1], [6, 2]]),
        (Transform(64, quarter_turns=3), [[3, 2], [3, 5], [1, 6], [2, 1]]),
    ],
)
def test_quads_come_back_to_where_they_were(transform: Transform, seen: list[list[float]]) -> None:
    """By hand: mirrored, x is 7 - x; turned by a quarter counter-clockwise, (x, y) is (y, 7 - x), and so on."""
    quad = np.array([[2.0, 1], [5, 1], [6, 3], [1, 2]])
    (back,) = transform.back(np.array([seen], np.float64), WIDTH, HEIGHT)
    np.testing.assert_allclose(back, quad)


@pytest.mark.parametrize(("mirrored", "turns"), list(itertools.product([False, True], range(4))))
def test_a_pixel_is_found_again_where_it_was(mirrored: bool, turns: int) -> None:
    transform = Transform(64, mirrored, turns)
    for row, column in itertools.product(range(HEIGHT), range(WIDTH)):
        image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        image[row, column] = 255
        transformed = transform.apply(image)
        assert transformed.flags.c_contiguous
        ((y, x),) = np.argwhere(transformed[..., 0])
        (quad,) = transform.back(
            np.array([[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]]], np.float64), WIDTH, HEIGHT
        )
        assert quad.min(axis=0).tolist() == [column, row]
        assert quad.max(axis=0).tolist() == [column + 1, row + 1]
        assert is_convex_clockwise(quad)


def test_no_quads_come_back_as_none() -> None:
    assert Transform(64, mirrored=True, quarter_turns=1).back(np.zeros((0, 4, 2)), 7, 4).shape == (0, 4, 2)


def test_each_variation_comes_alone() -> None:
    assert variations((320, 256, 320, 448), (1, 2, 0, 2), mirrored=True) == (
        Transform(320),
        Transform(320, mirrored=True),
        Transform(320, quarter_turns=1),
        Transform(320, quarter_turns=2),
        Transform(256),
        Transform(448),
    )
    assert variations((320,), (), mirrored=False) == (Transform(320),)
