from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest

from detector.detection import Detection
from detector.evaluation import Picture
from detector.geometry import Image, bounding_box, rectangle_quad
from detector.training.distillation.comparison import Comparison, Cost, compare_accuracy

CARD = rectangle_quad(50, 30) + (10.0, 10.0)


def image_of(number: int) -> Image:
    return np.full((100, 120, 3), number, np.uint8)


@pytest.fixture
def pictures() -> list[Picture]:
    """Nine with one card, each a little further right, and one without."""
    with_card = [
        Picture(str(number), "cards", CARD[None] + (number, 0), partial(image_of, number)) for number in range(9)
    ]
    return [*with_card, Picture("none", "none", np.zeros((0, 4, 2)), partial(image_of, 9))]


class Finds:
    """Finds the card of each picture, moved by a number of pixels, except in every `misses`-th picture."""

    def __init__(self, moved_px: float, misses: int = 100) -> None:
        self.moved_px, self.misses = moved_px, misses

    def __call__(self, image: Image) -> Sequence[Detection]:
        number = int(image[0, 0, 0])
        if number % self.misses == self.misses - 1 or number == 9:
            return []
        quad = CARD + (number + self.moved_px, 0)
        return [Detection(0.9, bounding_box(quad), quad, 0)]


def test_the_right_answers_are_perfect_and_others_are_not(pictures: list[Picture]) -> None:
    calls = []
    accuracy = compare_accuracy(
        pictures, {"right": Finds(0), "moved": Finds(8), "misses": Finds(0, 3)}, None, lambda: calls.append(1)
    )
    assert len(calls) == 30
    right, moved, misses = accuracy.values()
    assert (right.box_ap, right.box_ap_50, right.recall_90, right.extra_per_picture) == pytest.approx((1, 1, 1, 0))
    assert right.mean_quad_iou == pytest.approx(1)
    # Moved by 8 of 50 pixels, 42 of 58 are shared: 0.72 of the quads, and five of the ten limits for boxes.
    assert moved.mean_quad_iou == pytest.approx(42 / 58)
    assert (moved.recall_50, moved.recall_90, moved.box_ap_50) == pytest.approx((1, 0, 1))
    assert moved.box_ap == pytest.approx(0.5)
    assert misses.recall_50 == pytest.approx(6 / 9)
    assert right.gain is None


def test_gains_are_over_the_baseline_on_the_same_pictures(pictures: list[Picture]) -> None:
    accuracy = compare_accuracy(pictures, {"moved": Finds(8), "right": Finds(0), "again": Finds(8)}, "moved")
    assert accuracy["moved"].gain is None
    assert accuracy["right"].gain == pytest.approx((0.5, 0.5, 0.5))
    assert accuracy["again"].gain == pytest.approx((0, 0, 0))
    misses = compare_accuracy(pictures, {"right": Finds(0), "misses": Finds(0, 3)}, "right")["misses"].gain
    assert misses is not None
    gain, low, high = misses
    assert low < gain < high <= 0


def test_pictures_without_cards_measure_nothing(pictures: list[Picture]) -> None:
    with pytest.raises(ValueError, match="no picture has a card"):
        compare_accuracy(pictures[-1:], {"right": Finds(0)}, None)


def test_the_tables(pictures: list[Picture]) -> None:
    accuracy = compare_accuracy(pictures, {"student": Finds(8), "distilled": Finds(0)}, "student")
    cost = {
        "teacher": Cost("resnet50", 38_856_117, 77.7, 25.8, 900.0, 800.0),
        "student": Cost("light", 1_185_022, 2.4, 0.37, 30.0, 10.0),
    }
    comparison = Comparison("A machine, 2 threads", 10, 9, "student", accuracy, {}, cost)
    text = comparison.to_markdown()
    assert "A machine, 2 threads. 10 pictures with 9 cards." in text
    assert "| student | 50.0 | 100.0 | 0.724 | 100.0 % | 0.0 % | 0.000 |  |" in text
    assert "| distilled | 100.0 | 100.0 | 1.000 | 100.0 % | 100.0 % | 0.000 | +50.0 (+50.0 to +50.0) |" in text
    assert "| student | light | 1,185,022 | 1/32.8 | 2.4 | 0.37 | 30.0 | 10.0 | 100 |" in text
    assert "The whole detector" not in text
    assert json.loads(json.dumps(comparison.to_json()))["finder"]["distilled"]["gain"] == [0.5, 0.5, 0.5]
