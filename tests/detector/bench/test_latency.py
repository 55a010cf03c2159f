from __future__ import annotations

import time

import pytest

from detector.bench.latency import measure, summarise, time_in_turns


def test_every_callable_runs_in_its_turn() -> None:
    calls: list[str] = []
    latencies = measure({name: lambda name=name: calls.append(name) for name in "ab"}, 3, pause_s=0, warm_up_s=0)  # type: ignore[misc]
    assert calls == list("aabb") * 3
    assert latencies["a"].repeats == 3
    assert latencies["a"].lower_quartile_ms <= latencies["a"].median_ms <= latencies["a"].upper_quartile_ms
    with pytest.raises(ValueError, match="at least 1"):
        measure({}, 0)


def test_the_summary_of_known_times() -> None:
    latency = summarise([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (latency.lower_quartile_ms, latency.median_ms, latency.upper_quartile_ms) == (2, 3, 4)
    assert latency.per_second == pytest.approx(1000 / 3)


def test_every_turn_is_kept() -> None:
    assert len(time_in_turns({"a": lambda: None}, 4, pause_s=0, warm_up_s=0)["a"]) == 4


def test_a_turn_begins_warm() -> None:
    called_at_s: list[float] = []
    time_in_turns({"a": lambda: called_at_s.append(time.perf_counter())}, 1, pause_s=0, warm_up_s=0.01)
    *warming, timed = called_at_s
    assert warming
    assert timed - warming[0] > 0.009  # the first call itself begins a little after the clock
