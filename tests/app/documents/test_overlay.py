from __future__ import annotations

import numpy as np
import pytest

from app.documents.overlay import draw_overlay
from detector.detection import Detection
from detector.geometry import bounding_box, rectangle_quad


def found(quad: np.ndarray) -> Detection:
    return Detection(score=0.97, box=bounding_box(quad), quad=quad, rotation=0)


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_the_outline_shows_on_any_ground(ground) -> None:
    picture = np.full((400, 600, 3), ground, np.uint8)
    quad = rectangle_quad(300, 200) + (150, 100)

    overlay = draw_overlay(picture, [found(quad)])

    across_the_left_side = overlay[180, 140:160].astype(int).max(axis=1)
    assert across_the_left_side.max() - across_the_left_side.min() > 120
    assert (picture == ground).all()


def test_the_first_corner_is_marked() -> None:
    picture = np.zeros((400, 600, 3), np.uint8)
    quad = rectangle_quad(300, 200) + (150, 100)

    overlay = draw_overlay(picture, [found(np.roll(quad, -1, axis=0))])

    lit = [int((overlay[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8].max(axis=2) > 100).sum()) for x, y in quad]
    assert lit.index(max(lit)) == 1


@pytest.mark.parametrize(
    ("shape", "expected"), [((3000, 4000), (1536, 2048)), ((40, 30_000), (3, 2048)), ((1, 1), (1, 1))]
)
def test_size(shape, expected) -> None:
    assert draw_overlay(np.zeros((*shape, 3), np.uint8), []).shape == (*expected, 3)


def test_corners_far_outside_draw_nothing_inside() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)

    overlay = draw_overlay(picture, [found(rectangle_quad(5000, 5000) - 2000)])

    assert overlay.shape == (100, 100, 3)
    assert not picture.any()
