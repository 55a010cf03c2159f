from __future__ import annotations

import numpy as np
import pytest

from detector.geometry import rectangle_quad
from detector.training.distillation.merging import Look, merge_looks

SQUARE = rectangle_quad(10, 10)


def look(*seen: tuple[float, np.ndarray]) -> Look:
    quads = np.array([quad for _, quad in seen], np.float64).reshape(-1, 4, 2)
    return Look(np.array([score for score, _ in seen]), quads)


def test_two_of_three_looks_agree() -> None:
    """Score (0.8 + 0.4 + 0) / 3; corners (0.8 * first + 0.4 * second) / 1.2, a third of the way to the second."""
    merged = merge_looks([look((0.8, SQUARE)), look((0.4, SQUARE + 3)), look()])
    # Of the two squares, 7 x 7 is shared: 49 / 151 is too little, so that they stay apart.
    assert [one.agreeing for one in merged] == [1, 1]
    (one,) = merge_looks([look((0.8, SQUARE)), look((0.4, SQUARE + 1.5)), look()])
    assert one.score == pytest.approx(0.4)
    assert one.agreeing == 2
    np.testing.assert_allclose(one.quad, SQUARE + 0.5)


def test_all_looks_alike_change_nothing() -> None:
    (one,) = merge_looks([look((0.7, SQUARE))] * 4)
    assert one.score == pytest.approx(0.7)
    assert one.agreeing == 4
    np.testing.assert_allclose(one.quad, SQUARE)


@pytest.mark.parametrize("start", range(4))
def test_the_corner_a_quad_starts_at_does_not_matter(start: int) -> None:
    (one,) = merge_looks([look((0.6, SQUARE)), look((0.2, np.roll(SQUARE, start, axis=0)))])
    np.testing.assert_allclose(one.quad, SQUARE)


def test_a_look_has_one_say_in_a_card() -> None:
    """The second quad of the first look overlaps the first one enough to be it, so it neither counts nor is one."""
    (one,) = merge_looks([look((0.8, SQUARE), (0.5, SQUARE + (2, 0))), look((0.2, SQUARE))])
    assert (one.score, one.agreeing) == (pytest.approx(0.5), 2)
    np.testing.assert_allclose(one.quad, SQUARE)


def test_neighbours_stay_apart_and_come_best_first() -> None:
    beside = SQUARE + (11, 0)
    merged = merge_looks([look((0.3, SQUARE), (0.9, beside)), look((0.5, beside), (0.4, SQUARE))])
    assert [one.score for one in merged] == pytest.approx([0.7, 0.35])
    np.testing.assert_allclose(merged[0].quad, beside)
    np.testing.assert_allclose(merged[1].quad, SQUARE)


def test_a_quad_joins_the_card_that_it_overlaps_most() -> None:
    """10 x 10 moved by 2 shares 80 / 120 with the one and 90 / 110 with the other."""
    near, nearer = SQUARE, SQUARE + (3.0, 0)
    merged = merge_looks([look((0.9, near)), look((0.2, SQUARE + (2.0, 0))), look((0.8, nearer + (8.0, 0)))])
    assert [one.agreeing for one in merged] == [2, 1]
    np.testing.assert_allclose(merged[0].quad, SQUARE + (2.0 * 0.2 / 1.1, 0))


def test_what_becomes_the_same_by_merging_is_one() -> None:
    """Two groups whose best quads share 60 / 140, but of which one is drawn towards the other."""
    merged = merge_looks([look((0.9, SQUARE)), look((0.5, SQUARE + (4, 0))), look((0.5, SQUARE + (1.5, 0)))])
    assert len(merged) == 1


def test_nothing_seen() -> None:
    assert merge_looks([look(), look()]) == []
