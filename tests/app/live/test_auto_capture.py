from __future__ import annotations

from app.live.auto_capture import COUNTDOWN_S, AutoCapture, CardState, Sighting

STEADY = Sighting(1, is_seen=True, wander=0.0, sharpness=1.0)
FRAME_S = 0.1


def run(judge: AutoCapture, sighting: Sighting, seconds: float, start_s: float = 0.0) -> list[bool]:
    frames = round(seconds / FRAME_S)
    return [judge.update([sighting], start_s + frame * FRAME_S)[0].is_due for frame in range(frames + 1)]


def test_a_steady_card_is_captured_once_after_the_countdown() -> None:
    due = run(AutoCapture(enabled=True), STEADY, 5.0)

    assert sum(due) == 1
    assert due.index(True) * FRAME_S >= COUNTDOWN_S


def test_the_countdown_is_shown() -> None:
    judge = AutoCapture(enabled=True)
    judge.update([STEADY], 0.0)

    (verdict,) = judge.update([STEADY], COUNTDOWN_S / 2)

    assert verdict.state is CardState.READY
    assert verdict.countdown == 0.5


def test_a_movement_begins_the_countdown_anew() -> None:
    judge = AutoCapture(enabled=True)
    run(judge, STEADY, COUNTDOWN_S - FRAME_S)
    (moved,) = judge.update([Sighting(1, is_seen=True, wander=0.5, sharpness=1.0)], COUNTDOWN_S)

    assert moved.state is CardState.HOLD_STEADY
    assert not any(run(judge, STEADY, COUNTDOWN_S / 2, COUNTDOWN_S + FRAME_S))


def test_frames_in_which_it_is_missed_do_not_begin_the_countdown_anew() -> None:
    """They do not capture it either: there is nothing to cut out of them."""
    judge = AutoCapture(enabled=True)
    missed = Sighting(1, is_seen=False, wander=0.0, sharpness=0.0)
    due = [judge.update([missed if frame % 3 == 2 else STEADY], frame * FRAME_S)[0] for frame in range(20)]

    (captured,) = [frame for frame, verdict in enumerate(due) if verdict.is_due]
    assert COUNTDOWN_S <= captured * FRAME_S <= COUNTDOWN_S + 2 * FRAME_S
    assert [verdict.state for verdict in due[:captured][2::3]] == [CardState.SEARCHING] * (captured // 3)


def test_blur_is_said_and_not_captured() -> None:
    judge = AutoCapture(enabled=True)
    blurred = Sighting(1, is_seen=True, wander=0.0, sharpness=0.1)

    assert not any(run(judge, blurred, 3.0))
    assert judge.update([blurred], 4.0)[0].state is CardState.TOO_BLURRED


def test_a_card_that_left_and_came_back_is_captured_again() -> None:
    judge = AutoCapture(enabled=True)
    run(judge, STEADY, 2.0)
    judge.update([], 2.1)

    assert sum(run(judge, STEADY, 2.0, 2.2)) == 1


def test_switched_off_it_captures_nothing() -> None:
    assert not any(run(AutoCapture(enabled=False), STEADY, 3.0))


def test_what_was_captured_by_hand_is_not_captured_again() -> None:
    judge = AutoCapture(enabled=True)
    judge.update([STEADY], 0.0)
    judge.mark_captured(1)

    assert not any(run(judge, STEADY, 3.0, FRAME_S))
    assert judge.update([STEADY], 4.0)[0].state is CardState.CAPTURED
