"""Small random draws that every drawing module needs.

Everything random in the synthesis comes from one `numpy.random.Generator` that is handed down, so that equal
generator states give equal pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """Returns one of `options`, each equally likely."""
    return options[int(rng.integers(len(options)))]


def pick_weighted(rng: np.random.Generator, options: Sequence[tuple[T, float]]) -> T:
    """Returns the first member of one of the pairs (option, weight), with odds in proportion to the weights."""
    threshold = rng.random() * sum(weight for _, weight in options)
    for option, weight in options:
        threshold -= weight
        if threshold < 0:
            return option
    return options[-1][0]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Returns True with the given probability."""
    return bool(rng.random() < probability)


def uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Returns a float from [low, high)."""
    return float(low + (high - low) * rng.random())


def whole(rng: np.random.Generator, low: int, high: int) -> int:
    """Returns an integer from low to high, both included."""
    return int(rng.integers(low, high + 1))
