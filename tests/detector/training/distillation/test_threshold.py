from __future__ import annotations

import numpy as np
import pytest

from detector.training.distillation.threshold import ScoreCounts, cards_per_scene
from detector.training.finder_data import batch_shape
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.composition import compose_scene


def counted(*scores: float) -> ScoreCounts:
    counts = ScoreCounts()
    for score in scores:
        counts.add(score)
    return counts


@pytest.mark.parametrize(
    ("wanted", "threshold"),
    [
        (0, 0.9001),  # above the best
        (1, 0.9),
        (1.4, 0.9),
        (1.5, 0.9),  # as near to one as to two: the higher
        (1.6, 0.7),
        (2, 0.7),
        (3, 0.7),  # the two of 0.4 come together: four are as far off as two, and 0.7 is higher
        (4, 0.4),
        (5, 0.2),
        (50, 0.2),  # there are no more
    ],
)
def test_the_number_from_the_threshold_on_is_nearest_to_what_is_wanted(wanted: float, threshold: float) -> None:
    assert counted(0.4, 0.9, 0.2, 0.7, 0.4).threshold(wanted) == threshold


def test_thresholds_are_exact_in_steps_of_a_ten_thousandth() -> None:
    for step in (1, 137, 5000, 9999, 10_000):
        assert counted(step / 10_000).threshold(1) == step / 10_000


def test_without_candidates_none_is_a_card() -> None:
    assert counted().threshold(3) == 1.0


def test_the_cards_of_a_scene_are_those_that_training_asks_for(bank: Bank) -> None:
    rng = np.random.default_rng((3, 40))
    expected = np.mean([len(compose_scene(rng, bank, *batch_shape(rng, 128)).cards) for _ in range(40)])
    assert cards_per_scene(bank, 128, scenes=40, seed=3) == pytest.approx(expected)
    assert expected > 0.3
