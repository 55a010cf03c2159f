from __future__ import annotations

import cv2
import numpy as np

from app.live.tracker import Tracker
from detector import Detection
from detector.geometry import bounding_box, rectangle_quad

FRAME_S = 1 / 30


def found(x: float, y: float = 100.0, start: int = 0, rotation: int | None = 0) -> Detection:
    quad = np.roll(rectangle_quad(400, 252) + (x, y), start, axis=0)
    return Detection(0.9, bounding_box(quad), quad, rotation)


def test_a_moving_card_keeps_its_identity() -> None:
    tracker = Tracker()

    keys = {tracker.update([found(20.0 * frame)], frame * FRAME_S)[0].key for frame in range(40)}

    assert len(keys) == 1


def test_two_cards_are_told_apart() -> None:
    tracker = Tracker()
    tracker.update([found(0), found(600)], 0.0)

    tracks = tracker.update([found(605), found(5)], FRAME_S)

    assert [round(track.detection.quad[0][0]) for track in tracks] == [5, 605]


def test_a_card_that_is_missed_does_not_take_its_neighbours_place() -> None:
    """Turned ones lie so near to each other that each could be the other, moved."""
    turn = cv2.getRotationMatrix2D((0, 0), 45, 1.0)[:, :2]

    def turned(across: float) -> Detection:
        quad = (rectangle_quad(400, 252) + (0, across)) @ turn.T + 600
        return Detection(0.9, bounding_box(quad), quad, 0)

    tracker = Tracker()
    first, second = tracker.update([turned(0), turned(264)], 0.0)
    missed, still = tracker.update([turned(264)], FRAME_S)

    assert (missed.key, missed.is_seen) == (first.key, False)
    assert (still.key, still.is_seen) == (second.key, True)


def test_a_card_that_is_missed_for_a_moment_is_the_same_one_and_not_seen_meanwhile() -> None:
    tracker = Tracker()
    (before,) = tracker.update([found(0)], 0.0)
    (missed,) = tracker.update([], 0.2)
    (after,) = tracker.update([found(10)], 0.4)

    assert not missed.is_seen
    assert after.is_seen
    assert before.key == missed.key == after.key


def test_a_card_that_has_left_is_forgotten() -> None:
    tracker = Tracker()
    tracker.update([found(0)], 0.0)

    assert tracker.update([], 1.0) == ()
    (again,) = tracker.update([found(0)], 1.1)
    assert again.key == 1


def test_wander_is_small_for_a_still_card_and_large_for_a_moving_one() -> None:
    still, moving = Tracker(), Tracker()
    for frame in range(20):
        (calm,) = still.update([found(0)], frame * FRAME_S)
        (restless,) = moving.update([found(15.0 * frame)], frame * FRAME_S)

    assert calm.wander < 0.001
    assert restless.wander > 0.05


def test_a_still_card_is_steady_however_slowly_frames_come() -> None:
    tracker = Tracker()
    tracks = [tracker.update([found(0)], 0.45 * frame)[0] for frame in range(3)]

    assert [track.wander < 0.001 for track in tracks] == [False, True, True]


def test_a_new_card_is_not_called_steady() -> None:
    (track,) = Tracker().update([found(0)], 0.0)

    assert track.wander == float("inf")


def test_one_wrong_rotation_does_not_turn_the_outline() -> None:
    tracker = Tracker()
    for frame in range(10):
        tracker.update([found(0)], frame * FRAME_S)

    (track,) = tracker.update([found(0, start=-1, rotation=90)], 10 * FRAME_S)

    assert np.allclose(track.quad[0], (0, 100), atol=1)
