"""Time callables against each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one callable in milliseconds: the median and the quartiles around it, over `repeats` calls."""

    median_ms: float
    lower_quartile_ms: float
    upper_quartile_ms: float
    repeats: int


def measure(
    callables: Mapping[str, Callable[[], object]], repeats: int, *, pause_s: float = 0.02
) -> dict[str, Latency]:
    """Time each callable `repeats` times, in turns, so that a slow moment of the machine falls on all alike.

    Nothing runs at the same time: before each turn there is a pause, in which the threads of the one before, which
    spin for a while in wait of more work, go to sleep. A turn begins with a call that is not counted: a small network
    would else be timed while it fills the caches that a large one before it has emptied.

    Raises:
        ValueError: `repeats` is less than 1.
    """
    if repeats < 1:
        raise ValueError("repeats must be at least 1")
    times_ms: dict[str, list[float]] = {name: [] for name in callables}
    for _ in range(repeats):
        for name, call in callables.items():
            time.sleep(pause_s)
            call()
            times_ms[name].append(_time_ms(call))
    return {name: _summary(times) for name, times in times_ms.items()}


def _time_ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - start)


def _summary(times_ms: list[float]) -> Latency:
    lower, median, upper = np.percentile(times_ms, [25, 50, 75])
    return Latency(float(median), float(lower), float(upper), len(times_ms))
