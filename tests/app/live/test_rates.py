from __future__ import annotations

import pytest

from app.live.rates import DurationMeter, RateMeter


def test_rate() -> None:
    meter = RateMeter()
    assert meter.per_s == 0
    for frame in range(200):
        meter.tick(frame / 25)

    assert meter.per_s == pytest.approx(25)


def test_durations() -> None:
    meter = DurationMeter(remembered=10)
    assert meter.percentile_ms(95) == 0
    for number in range(100):
        meter.add(number / 1000)

    assert meter.percentile_ms(50) == pytest.approx(94.5)
