"""When a card is captured by itself: once it is steady and sharp for a moment, and then not again until it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

COUNTDOWN_S = 0.8
STEADY_WANDER = 0.02
SHARP_ENOUGH = 0.35


class CardState(Enum):
    """What the user is told about a card in view."""

    SEARCHING = auto()
    HOLD_STEADY = auto()
    TOO_BLURRED = auto()
    READY = auto()
    CAPTURED = auto()


@dataclass(frozen=True, slots=True)
class Sighting:
    """What matters of a card in one frame.

    Attributes:
        key: The card's identity.
        is_seen: Whether it was found in this frame.
        wander: How far its corners strayed of late, as a share of its longer side.
        sharpness: As measured in this frame, 0 to 1.
    """

    key: int
    is_seen: bool
    wander: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be shown and done about a card.

    Attributes:
        key: The card's identity.
        state: For its outline.
        countdown: How much of the countdown has passed, 0 to 1.
        is_due: Whether it is to be captured from this frame.
    """

    key: int
    state: CardState
    countdown: float = 0.0
    is_due: bool = False


class AutoCapture:
    """Decides, frame by frame, about every card in view. For one thread."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self._ready_since_s: dict[int, float] = {}
        self._captured: set[int] = set()

    def mark_captured(self, key: int) -> None:
        """Note that a card was captured by hand, so that it is not captured again by itself."""
        self._captured.add(key)

    def is_captured(self, key: int) -> bool:
        """Whether a card was captured, and so is left alone until it leaves."""
        return key in self._captured

    def update(self, sightings: list[Sighting], at_s: float) -> list[Verdict]:
        """Take what is seen at time `at_s`; each card is due at most once until it leaves."""
        present = {sighting.key for sighting in sightings}
        self._captured &= present
        self._ready_since_s = {key: since for key, since in self._ready_since_s.items() if key in present}
        return [self._judge(sighting, at_s) for sighting in sightings]

    def _judge(self, sighting: Sighting, at_s: float) -> Verdict:
        key = sighting.key
        if key in self._captured:
            return Verdict(key, CardState.CAPTURED, 1.0)
        state = _state(sighting)
        if state is CardState.SEARCHING:  # missed in this frame; a movement meanwhile shows when it is seen again
            return Verdict(key, state)
        if state is not CardState.READY or not self.enabled:
            self._ready_since_s.pop(key, None)
            return Verdict(key, state)
        countdown = min(1.0, (at_s - self._ready_since_s.setdefault(key, at_s)) / COUNTDOWN_S)
        if countdown < 1.0:
            return Verdict(key, state, countdown)
        self._captured.add(key)
        return Verdict(key, CardState.CAPTURED, 1.0, is_due=True)


def _state(sighting: Sighting) -> CardState:
    if not sighting.is_seen:
        return CardState.SEARCHING
    if sighting.wander > STEADY_WANDER:
        return CardState.HOLD_STEADY
    if sighting.sharpness < SHARP_ENOUGH:
        return CardState.TOO_BLURRED
    return CardState.READY
