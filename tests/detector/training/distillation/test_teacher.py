from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.engines import AlignerResult, FinderResult
from detector.geometry import homography, rectangle_quad, transform_points
from detector.network.config import AlignerConfig, FinderConfig
from detector.training.distillation.teacher import Teacher
from detector.training.distillation.transforms import variations
from tests.detector.training.distillation.scripted import FindsBright

# A light rectangle off the middle of a dark picture.
BOX = (200, 120, 520, 330)
QUAD = rectangle_quad(320, 210) + (200.0, 120.0)
TRANSFORMS = variations((128, 192), (1, 2, 3), mirrored=True)


def picture() -> NDArray[np.uint8]:
    image = np.full((600, 800, 3), 20, np.uint8)
    x1, y1, x2, y2 = BOX
    image[y1:y2, x1:x2] = 230
    return image


class AnswersAlike:
    """An aligner that answers every view alike: its corners, turned by two quarters, and how likely it is a card."""

    config = AlignerConfig(name="fake", view_width_px=256, view_height_px=160)

    def __init__(self, corners: NDArray[np.float64], card: float) -> None:
        self.corners, self.card, self.calls = corners, card, 0

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        self.calls += 1
        count = len(views)
        return AlignerResult(
            np.tile(self.corners.astype(np.float32), (count, 1, 1)),
            np.tile(np.float32([0.1, 0.1, 0.7, 0.1]), (count, 1)),
            np.full(count, self.card, np.float32),
        )


def test_what_all_transforms_show_comes_back_to_its_place(tiny_finder: FinderConfig) -> None:
    finder = FindsBright(tiny_finder)
    (one,) = Teacher(finder, TRANSFORMS, None).find(picture())
    assert one.score == pytest.approx(0.8)
    assert one.agreeing == len(TRANSFORMS) == 6
    assert one.rotation is None
    # A pixel of the finder's input is five or six of the picture.
    start = np.linalg.norm(one.quad - QUAD[0], axis=1).argmin()
    np.testing.assert_allclose(np.roll(one.quad, -int(start), axis=0), QUAD, atol=4)


def test_every_transform_has_its_own_input(tiny_finder: FinderConfig) -> None:
    finder = FindsBright(tiny_finder)
    Teacher(finder, TRANSFORMS, None).find(picture())
    assert [shape[1:3] for shape in finder.shapes] == [
        (128, 128),
        (128, 128),
        (128, 128),
        (128, 128),
        (128, 128),
        (192, 192),
    ]


def test_what_the_teacher_hardly_sees_is_not_kept(tiny_finder: FinderConfig) -> None:
    """One look of six at 0.2 leaves 0.03."""

    class OnceBright(FindsBright):
        def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
            self.score = 0.2 if not self.shapes else 0.0
            return super().find(pictures)

    assert Teacher(OnceBright(tiny_finder), TRANSFORMS, None).find(picture()) == []


def test_the_aligner_looks_twice_and_has_the_last_word(tiny_finder: FinderConfig) -> None:
    inner = rectangle_quad(200, 120) + (28.0, 20.0)
    aligner = AnswersAlike(inner, card=0.9)
    (one,) = Teacher(FindsBright(tiny_finder), TRANSFORMS, aligner).find(picture())
    assert aligner.calls == 2
    assert one.score == pytest.approx(0.9 * 0.8**0.5)
    assert one.agreeing == 6
    # Of an upright rectangle the corner 2 is the bottom right one, from which the content starts: half a turn.
    assert one.rotation == 180
    np.testing.assert_allclose(one.quad[0], one.quad.max(axis=0))


def test_what_the_aligner_takes_for_no_card_is_none(tiny_finder: FinderConfig) -> None:
    aligner = AnswersAlike(rectangle_quad(200, 120) + (28.0, 20.0), card=0.01)
    assert Teacher(FindsBright(tiny_finder), TRANSFORMS, aligner).find(picture()) == []


def test_corners_on_a_line_are_no_card(tiny_finder: FinderConfig) -> None:
    flat = np.array([[20.0, 40], [60, 40], [100, 40], [140, 40]])
    assert Teacher(FindsBright(tiny_finder), TRANSFORMS, AnswersAlike(flat, card=1.0)).find(picture()) == []


def test_the_aligners_corners_are_mapped_by_the_view(tiny_finder: FinderConfig) -> None:
    """An aligner that says the corners are where the candidate's are moves nothing."""
    margin = 0.11
    inner = (rectangle_quad(1, 1) * (1 - 2 * margin) + margin) * (256, 160)
    aligner = AnswersAlike(inner, card=1.0)
    (coarse,) = Teacher(FindsBright(tiny_finder), TRANSFORMS, None).find(picture())
    (fine,) = Teacher(FindsBright(tiny_finder), TRANSFORMS, aligner).find(picture())
    matrix = homography(np.roll(fine.quad, 2, axis=0), inner)
    np.testing.assert_allclose(transform_points(matrix, np.roll(fine.quad, 2, axis=0)), inner, atol=1e-6)
    assert np.abs(np.sort(fine.quad, axis=0) - np.sort(coarse.quad, axis=0)).max() < 1e-3


def test_a_tiny_picture_is_looked_at(tiny_finder: FinderConfig) -> None:
    finder = FindsBright(tiny_finder)
    assert Teacher(finder, TRANSFORMS, None).find(np.zeros((1, 3, 3), np.uint8)) == []
    assert len(finder.shapes) == 6
