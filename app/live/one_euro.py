"""The One-Euro filter: steady when still, without lag when moving.

G. Casiez, N. Roussel, D. Vogel, "1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012, algorithms 1 and 2.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Of the speed's own smoothing.
_DERIVATIVE_CUTOFF_HZ = 1.0


class OneEuroFilter:
    """Smooths an array of values, each by its own speed."""

    def __init__(self, min_cutoff_hz: float = 1.2, beta: float = 0.02) -> None:
        """Set the filter.

        Args:
            min_cutoff_hz: Cut-off frequency for values that stand still: lower is steadier.
            beta: How much the cut-off rises with speed, in Hz per unit a second: higher lags less.
        """
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._value: FloatArray | None = None
        self._derivative: FloatArray | None = None
        self._at_s = 0.0

    def step(self, value: FloatArray, at_s: float) -> FloatArray:
        """Take the value of time `at_s`, and give the smoothed one. Times that do not advance change nothing."""
        if self._value is None or self._derivative is None:
            self._value, self._derivative, self._at_s = value, np.zeros_like(value), at_s
            return value
        elapsed_s = at_s - self._at_s
        if elapsed_s <= 0:
            return self._value
        derivative = _mix(
            (value - self._value) / elapsed_s, self._derivative, _smoothing(_DERIVATIVE_CUTOFF_HZ, elapsed_s)
        )
        cutoff_hz = self._min_cutoff_hz + self._beta * np.abs(derivative)
        self._value = _mix(value, self._value, _smoothing(cutoff_hz, elapsed_s))
        self._derivative, self._at_s = derivative, at_s
        return self._value


def _smoothing(cutoff_hz: FloatArray | float, elapsed_s: float) -> FloatArray:
    rate = 2 * math.pi * np.asarray(cutoff_hz, np.float64) * elapsed_s
    return np.asarray(rate / (rate + 1))


def _mix(new: FloatArray, old: FloatArray, share: FloatArray) -> FloatArray:
    return np.asarray(share * new + (1 - share) * old)
