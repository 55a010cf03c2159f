from __future__ import annotations

from app.ui.live_bench import measure_live
from tests.app.ui.conftest import PaleCardDetector, draw_scene


def test_live_scanning_keeps_up_and_the_window_answers(qapp, card) -> None:
    measured = measure_live(
        draw_scene(card, (380, 200)), 2.0, lambda device, threshold, search="thorough": PaleCardDetector()
    )

    assert measured.shown_fps > 5
    assert measured.latency_p50_ms < 500
    assert measured.memory_growth_mb < 100
