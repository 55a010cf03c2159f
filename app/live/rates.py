"""How often and how late things happen: the numbers of the status bar."""

from __future__ import annotations

from collections import deque

import numpy as np

_WINDOW_S = 2.0


class RateMeter:
    """Events a second over the last two seconds."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque()

    def tick(self, at_s: float) -> None:
        """Note an event at time `at_s`."""
        self._times_s.append(at_s)
        while at_s - self._times_s[0] > _WINDOW_S:
            self._times_s.popleft()

    @property
    def per_s(self) -> float:
        """The rate; 0 until there are two events."""
        if len(self._times_s) < 2:
            return 0.0
        span_s = self._times_s[-1] - self._times_s[0]
        return (len(self._times_s) - 1) / span_s if span_s > 0 else 0.0


class DurationMeter:
    """The last durations, for their middle and their tail."""

    def __init__(self, remembered: int = 120) -> None:
        self._durations_s: deque[float] = deque(maxlen=remembered)

    def add(self, duration_s: float) -> None:
        """Note a duration."""
        self._durations_s.append(duration_s)

    def percentile_ms(self, percent: float) -> float:
        """The duration that `percent` of the remembered ones do not exceed, in milliseconds; 0 while there are none."""
        return float(np.percentile(self._durations_s, percent)) * 1000 if self._durations_s else 0.0
