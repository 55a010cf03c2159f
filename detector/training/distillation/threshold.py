"""From which score on a candidate counts as a card.

The rule of Radosavovic et al., Data Distillation, 2018: so that the pool has as many cards a picture as the labelled
pictures have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.training.finder_data import batch_shape
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.composition import compose_scene

SCORE_DECIMALS = 4
MEASURED_SCENES = 2000
_STEPS = 10**SCORE_DECIMALS


class ScoreCounts:
    """How often each score came, in steps of 0.0001: as much memory for a million pictures as for one."""

    def __init__(self) -> None:
        self._counts: NDArray[np.int64] = np.zeros(_STEPS + 1, np.int64)

    def add(self, score: float) -> None:
        """Count a score, 0 to 1."""
        self._counts[round(score * _STEPS)] += 1

    def threshold(self, wanted: float) -> float:
        """The score from which on the number of candidates is nearest to `wanted`; of two such, the higher one.

        Where all together are fewer, it is the lowest score that came; where none came, 1.
        """
        from_score = self._counts[::-1].cumsum()[::-1]
        came = np.flatnonzero(self._counts)
        # A threshold above the best score leaves none.
        choices: list[int] = [*came.tolist(), min(int(came[-1]) + 1, _STEPS)] if len(came) else [_STEPS]
        distances = [abs(float(from_score[choice]) - wanted) for choice in choices]
        least = min(distances)
        nearest = max(choice for choice, distance in zip(choices, distances, strict=True) if distance == least)
        return float(nearest / _STEPS)


def cards_per_scene(bank: Bank, side_px: int, scenes: int, seed: int = 0) -> float:
    """How many cards a scene of a bank has on average; nothing is drawn for it."""
    rng = np.random.default_rng((seed, scenes))
    counts = [len(compose_scene(rng, bank, *batch_shape(rng, side_px)).cards) for _ in range(scenes)]
    return float(np.mean(counts))
