"""Time callables against each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one callable in milliseconds: the median and the quartiles around it, over `repeats` calls."""

    median_ms: float
    lower_quartile_ms: float
    upper_quartile_ms: float
    repeats: int

    @property
    def per_second(self) -> float:
        """How many calls fit into a second, by the median."""
        return 1e3 / self.median_ms


# So long every callable runs, uncounted, before it is timed. Caches and cores that a pause or another network has let
# cool slow one of 2 ms down by more than its own time: a single call warms a large network, but not a small one.
WARM_UP_S = 0.05


def measure(
    callables: Mapping[Key, Callable[[], object]],
    repeats: int,
    *,
    pause_s: float = 0.02,
    warm_up_s: float = WARM_UP_S,
) -> dict[Key, Latency]:
    """Time each callable `repeats` times, in turns, and summarise.

    Raises:
        ValueError: `repeats` is less than 1.
    """
    times_ms = time_in_turns(callables, repeats, pause_s=pause_s, warm_up_s=warm_up_s)
    return {name: summarise(times) for name, times in times_ms.items()}


def time_in_turns(
    callables: Mapping[Key, Callable[[], object]],
    repeats: int,
    *,
    pause_s: float = 0.02,
    warm_up_s: float = WARM_UP_S,
) -> dict[Key, list[float]]:
    """Milliseconds of each callable's `repeats` calls, in turns: a slow moment of the machine falls on all alike.

    Nothing runs at the same time: before each turn there is a pause, in which the threads of the one before, which
    spin for a while in wait of more work, go to sleep. A turn begins with calls that are not counted: one at least, and
    as many as fit into `warm_up_s`.

    Raises:
        ValueError: `repeats` is less than 1.
    """
    if repeats < 1:
        raise ValueError("repeats must be at least 1")
    times_ms: dict[Key, list[float]] = {name: [] for name in callables}
    for _ in range(repeats):
        for name, call in callables.items():
            time.sleep(pause_s)
            _warm_up(call, warm_up_s)
            times_ms[name].append(_time_ms(call))
    return times_ms


def summarise(times_ms: Sequence[float]) -> Latency:
    """Median and quartiles of one or more times."""
    lower, median, upper = np.percentile(times_ms, [25, 50, 75])
    return Latency(float(median), float(lower), float(upper), len(times_ms))


def _warm_up(call: Callable[[], object], at_least_s: float) -> None:
    until_s = time.perf_counter() + at_least_s
    call()
    while time.perf_counter() < until_s:
        call()


def _time_ms(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - start)
