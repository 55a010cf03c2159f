from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.geometry import box_iou
from detector.training.matching import IGNORED, NEGATIVE, POSITIVE, match_anchors

NONE = np.zeros((0, 4))
CARD = np.array([[0, 0, 10, 10.0]])


def anchors(*boxes: tuple[float, float, float, float]) -> NDArray[np.float32]:
    return np.array(boxes, np.float32)


def test_overlaps_by_hand() -> None:
    first = np.array([[0, 0, 10, 10], [20, 20, 30, 30.0]])
    second = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [10, 10, 20, 20.0]])
    np.testing.assert_allclose(box_iou(first, second), [[1, 1 / 3, 0], [0, 0, 0]])


@pytest.mark.parametrize(
    ("height", "label"),
    [(20.1, IGNORED), (20.0, POSITIVE), (24.9, IGNORED), (25.1, NEGATIVE)],
)
def test_labels_follow_the_overlap(height: float, label: int) -> None:
    """Positive from IoU 1/2 (height 20), negative below 2/5 (height 25); the first anchor takes the best's place."""
    matches = match_anchors(anchors((0, 0, 10, 10), (0, 0, 10, height)), CARD, NONE)
    assert matches.labels.tolist() == [POSITIVE, label]


def test_the_best_anchor_of_a_card_is_positive_however_little_it_overlaps() -> None:
    matches = match_anchors(anchors((7, 0, 17, 10), (5, 0, 15, 10), (50, 50, 60, 60)), CARD, NONE)
    assert matches.labels.tolist() == [NEGATIVE, POSITIVE, NEGATIVE]
    assert matches.card_of_anchor[1] == 0


def test_each_positive_anchor_is_of_the_card_it_overlaps_most() -> None:
    cards = np.array([[0, 0, 10, 10], [20, 0, 30, 10], [100, 100, 200, 200.0]])
    matches = match_anchors(anchors((19, 0, 29, 10), (1, 0, 11, 10), (100, 100, 140, 140)), cards, NONE)
    assert matches.labels.tolist() == [POSITIVE] * 3
    assert matches.card_of_anchor.tolist() == [1, 0, 2]


def test_anchors_on_hidden_cards_are_ignored() -> None:
    matches = match_anchors(anchors((0, 0, 10, 10), (0, 0, 10, 26)), NONE, CARD)
    assert matches.labels.tolist() == [IGNORED, NEGATIVE]


def test_a_card_counts_although_a_hidden_one_lies_on_it() -> None:
    matches = match_anchors(anchors((0, 0, 10, 10)), CARD, CARD)
    assert matches.labels.tolist() == [POSITIVE]


def test_without_cards_all_anchors_are_negative() -> None:
    matches = match_anchors(anchors((0, 0, 10, 10), (5, 5, 9, 9)), NONE, NONE)
    assert matches.labels.tolist() == [NEGATIVE, NEGATIVE]


def test_cards_with_the_same_best_anchor_get_one_each() -> None:
    anchors = np.array([[0, 0, 10, 10], [0, 0, 20, 20]], np.float32)
    cards = np.array([[0, 0, 9, 10], [0, 0, 10, 9.5]])
    matches = match_anchors(anchors, cards, np.zeros((0, 4)))
    assert matches.labels.tolist() == [POSITIVE, POSITIVE]
    assert sorted(matches.card_of_anchor.tolist()) == [0, 1]
