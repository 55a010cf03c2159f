from __future__ import annotations

import numpy as np

from app.live.one_euro import OneEuroFilter

FRAME_S = 1 / 30


def test_noise_on_a_still_value_is_reduced() -> None:
    noise = np.random.default_rng(0).normal(0, 1, 300)
    one_euro = OneEuroFilter(min_cutoff_hz=1.0, beta=0.0)

    smooth = np.array([one_euro.step(np.array([value]), index * FRAME_S)[0] for index, value in enumerate(noise)])

    assert smooth[60:].std() < 0.4 * noise[60:].std()


def test_a_fast_value_is_followed_with_less_lag_the_higher_beta_is() -> None:
    def lag(beta: float) -> float:
        one_euro = OneEuroFilter(min_cutoff_hz=1.0, beta=beta)
        values = [one_euro.step(np.array([100.0 * index * FRAME_S]), index * FRAME_S)[0] for index in range(60)]
        return float(100.0 * 59 * FRAME_S - values[-1])

    assert lag(1.0) < 0.1 * lag(0.0)


def test_time_that_stands_still_changes_nothing() -> None:
    one_euro = OneEuroFilter()
    one_euro.step(np.array([1.0]), 1.0)

    assert one_euro.step(np.array([9.0]), 1.0) == np.array([1.0])
