from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.geometry import quad_iou, rectangle_quad
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import encode_corners
from detector.network.config import LIGHT
from detector.postprocess import (
    CANDIDATE_SCORE,
    DUPLICATE_IOU,
    MAX_CANDIDATES,
    SAME_CANDIDATE_IOU,
    candidates,
    suppress_duplicates,
    suppress_parts,
)

ANCHORS = anchor_boxes(LIGHT.anchors, 320, 320)
CARD = rectangle_quad(80, 50)


def found(*answers: tuple[float, NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The candidates of a finder whose anchors 3, 10, 17, ... give these scores and quads."""
    scores, corners = np.zeros(len(ANCHORS), np.float32), np.zeros((len(ANCHORS), 8), np.float32)
    for anchor, (score, quad) in zip(range(3, len(ANCHORS), 7), answers, strict=False):
        scores[anchor] = score
        corners[anchor] = encode_corners(quad, ANCHORS[anchor])
    return candidates(scores, corners, ANCHORS)


def test_candidates_come_best_first() -> None:
    scores, quads = found((0.4, CARD), (0.9, CARD + (100, 0)), (0.6, CARD + (0, 100)))
    np.testing.assert_allclose(scores, [0.9, 0.6, 0.4], rtol=1e-6)
    np.testing.assert_allclose(quads, [CARD + (100, 0), CARD + (0, 100), CARD], atol=1e-3)


def test_of_duplicates_the_best_is_kept() -> None:
    larger, smaller = CARD * 1.3 - (12, 8), CARD * 0.8 + (8, 5)
    scores, quads = found((0.5, larger), (0.8, CARD), (0.7, smaller))
    assert scores == pytest.approx([0.8])
    np.testing.assert_allclose(quads, [CARD], atol=1e-3)


def test_candidates_that_overlap_by_half_are_both_looked_at_but_only_one_can_be_a_card() -> None:
    half = CARD * 0.67 + (12, 8)
    assert DUPLICATE_IOU < quad_iou(CARD, half) < SAME_CANDIDATE_IOU
    scores, quads = found((0.8, CARD), (0.7, half))
    assert scores == pytest.approx([0.8, 0.7])
    assert suppress_duplicates(quads) == [0]


def test_corners_are_the_mean_of_duplicates_that_nearly_agree_wherever_they_start() -> None:
    scores, quads = found((0.4, CARD), (0.8, CARD + (6, 3)), (0.6, np.roll(CARD, 2, axis=0) - 1), (0.2, CARD + 9))
    assert scores == pytest.approx([0.8])
    mean = CARD + (np.array([6, 3]) * 0.8 - np.array([1, 1]) * 0.6) / 1.8
    np.testing.assert_allclose(quads, [mean], atol=1e-3)


def test_unlikely_anchors_are_no_candidates() -> None:
    scores, _ = found((CANDIDATE_SCORE - 0.01, CARD), (CANDIDATE_SCORE + 0.01, CARD + (100, 100)))
    assert scores == pytest.approx([CANDIDATE_SCORE + 0.01])


@pytest.mark.parametrize(
    "quad",
    [CARD[::-1], CARD[[0, 2, 1, 3]], rectangle_quad(7, 8), np.array([[0, 0], [80, 0], [10, 10], [0, 50.0]])],
    ids=["counter-clockwise", "bow tie", "tiny", "concave"],
)
def test_unsound_quads_are_dropped_and_do_not_hide_others(quad: NDArray[np.float64]) -> None:
    scores, quads = found((0.9, quad), (0.5, CARD))
    assert scores == pytest.approx([0.5])
    np.testing.assert_allclose(quads, [CARD], atol=1e-3)


def test_nothing_likely_gives_empty_arrays() -> None:
    scores, quads = found()
    assert scores.shape == (0,)
    assert quads.shape == (0, 4, 2)


def test_there_are_at_most_so_many_candidates() -> None:
    places = [(x, y) for y in range(0, 320, 20) for x in range(0, 320, 20)]
    answers = [(0.2 + 0.003 * index, rectangle_quad(15, 12) + place) for index, place in enumerate(places)]
    scores, _ = found(*answers)
    assert len(scores) == MAX_CANDIDATES
    assert scores[0] == pytest.approx(0.2 + 0.003 * (len(places) - 1))


def test_thirty_cards_on_a_table_are_all_candidates() -> None:
    """Each seen by as many anchors as cards are, the last ones less surely than the first."""
    places = [(x, y) for y in range(0, 300, 60) for x in range(0, 300, 50)]
    answers = [
        (0.9 - 0.02 * index - 0.001 * copy, rectangle_quad(40, 25) + place + copy / 10)
        for index, place in enumerate(places)
        for copy in range(8)
    ]
    scores, _ = found(*answers)
    assert len(scores) == 30


def test_quads_that_overlap_little_are_no_duplicates() -> None:
    # Two equal rectangles whose shift leaves the share s of them have an IoU of s / (2 - s).
    share = 2 * DUPLICATE_IOU / (1 + DUPLICATE_IOU)
    little, much = CARD + (80 * (1 - share) + 0.5, 0), CARD + (80 * (1 - share) - 0.5, 0)
    assert suppress_duplicates(np.stack([CARD, little])) == [0, 1]
    assert suppress_duplicates(np.stack([CARD, much])) == [0]


def test_turned_cards_side_by_side_are_no_duplicates_although_their_boxes_are() -> None:
    turn = np.array([[1, 1], [-1, 1]]) * 2**-0.5
    beside = np.array([0, 22]) @ turn
    cards = np.stack([rectangle_quad(100, 20) @ turn, rectangle_quad(100, 20) @ turn + beside])
    assert suppress_duplicates(cards) == [0, 1]


def test_what_lies_within_a_better_card_is_a_part_of_it() -> None:
    card, photograph, beside = (
        rectangle_quad(100, 60),
        rectangle_quad(30, 40) + (5, 10),
        rectangle_quad(30, 40) + (85, 10),
    )
    assert suppress_parts(np.stack([card, photograph, beside])) == [0, 2]


def test_a_card_within_a_worse_rectangle_is_kept() -> None:
    assert suppress_parts(np.stack([rectangle_quad(30, 40), rectangle_quad(100, 60)])) == [0, 1]
