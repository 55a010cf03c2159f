from __future__ import annotations

import pytest

from app.live.freshness import worth_waiting_s


@pytest.mark.parametrize(
    ("age_s", "wait_s"),
    [(0.0, 0.0), (0.04, 0.0), (0.05, 0.0), (0.06, 0.04), (0.09, 0.01), (0.1, 0.0), (0.5, 0.0), (-0.1, 0.0)],
)
def test_only_a_frame_of_over_half_an_interval_waits_for_the_next_that_is_not_overdue(age_s, wait_s) -> None:
    assert worth_waiting_s(age_s, 0.1) == pytest.approx(wait_s)


def test_without_a_known_interval_there_is_no_waiting() -> None:
    assert worth_waiting_s(0.02, 0.0) == 0
