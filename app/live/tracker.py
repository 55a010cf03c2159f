"""Follows cards from frame to frame, so that each keeps its identity and its outline moves smoothly."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.live.one_euro import OneEuroFilter
from detector import Detection
from detector.geometry import bounding_box, quad_iou, side_lengths

Quad = NDArray[np.float64]

_FORGET_AFTER_S = 0.5
_LEAST_IOU = 0.15
_STEADY_WINDOW_S = 0.4
# Corner speed, in Hz of cut-off per share of the card's width a second.
_BETA = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A card that is being followed, as of one frame.

    Attributes:
        key: Its identity: no other track ever has it.
        quad: Its smoothed corners in pixels of the frame, (4, 2), from the content's top-left as far as known.
        detection: What the detector said of it last.
        is_seen: Whether it was found in this very frame.
        wander: How far its corners strayed of late, as a share of the card's longer side; infinite while too new.
    """

    key: int
    quad: Quad
    detection: Detection
    is_seen: bool
    wander: float


class Tracker:
    """Joins each frame's detections to the cards of the frames before. For one thread."""

    def __init__(self) -> None:
        self._followed: list[_Followed] = []
        self._next_key = 0

    def update(self, detections: Sequence[Detection], at_s: float) -> tuple[Track, ...]:
        """Take the detections of the frame of time `at_s`, and give every card that is there or was a moment ago."""
        free = dict(enumerate(detections))
        missed = dict(enumerate(self._followed))
        for followed, detection in self._by_likeness(detections):
            if followed in missed and detection in free:
                missed.pop(followed).see(free.pop(detection), at_s)
        self._followed = [one for one in self._followed if at_s - one.seen_at_s <= _FORGET_AFTER_S]
        for new in free.values():
            self._followed.append(_Followed(self._next_key, new, at_s))
            self._next_key += 1
        return tuple(followed.track(at_s) for followed in self._followed)

    def _by_likeness(self, detections: Sequence[Detection]) -> list[tuple[int, int]]:
        """The indices of followed cards and detections that may be the same, the likeliest first.

        The oldest first would not do: a card that is missed in this frame would take its neighbour's place.
        """
        likenesses = {
            (followed, index): one.likeness(detection)
            for followed, one in enumerate(self._followed)
            for index, detection in enumerate(detections)
        }
        likely = [pair for pair, likeness in likenesses.items() if likeness > 0]
        return sorted(likely, key=lambda pair: -likenesses[pair])


class _Followed:
    """What is remembered of one card."""

    def __init__(self, key: int, detection: Detection, at_s: float) -> None:
        self._key = key
        self._order = np.asarray(detection.quad, np.float64)
        self._scale_px = float(side_lengths(self._order).max())
        self._starts: Counter[int] = Counter()
        self._recent: deque[tuple[float, Quad]] = deque()
        self._filter = OneEuroFilter(beta=_BETA)
        self.see(detection, at_s)

    def see(self, detection: Detection, at_s: float) -> None:
        """Take the card's detection of time `at_s`."""
        start, aligned = _aligned(detection.quad, self._order)
        if detection.rotation is not None:
            self._starts[start] += 1
        self._order = aligned
        self._recent.append((at_s, aligned))
        while len(self._recent) > 2 and at_s - self._recent[0][0] > _STEADY_WINDOW_S:  # two say it of slow frames
            self._recent.popleft()
        self._smooth = self._filter.step(aligned / self._scale_px, at_s) * self._scale_px
        self.detection = detection
        self.seen_at_s = at_s

    def track(self, at_s: float) -> Track:
        """The card as of time `at_s`."""
        start = max(self._starts, key=lambda turn: self._starts[turn], default=0)
        return Track(
            key=self._key,
            quad=np.roll(self._smooth, -start, axis=0),
            detection=self.detection,
            is_seen=self.seen_at_s == at_s,
            wander=self._wander(),
        )

    def likeness(self, detection: Detection) -> float:
        """Overlap where there is enough; otherwise a little for a card of like size that is not far away."""
        overlap = quad_iou(self._order, detection.quad)
        if overlap >= _LEAST_IOU:
            return 1 + overlap
        mine, other = bounding_box(self._order), bounding_box(detection.quad)
        size_mine, size_other = mine[2:] - mine[:2], other[2:] - other[:2]
        distance = float(np.linalg.norm((mine[2:] + mine[:2] - other[2:] - other[:2]) / 2) / np.linalg.norm(size_mine))
        alike = float(np.min(np.minimum(size_mine, size_other) / np.maximum(size_mine, size_other)))
        return max(0.0, 0.5 - distance) if alike > 0.7 else 0.0

    def _wander(self) -> float:
        if self._recent[-1][0] - self._recent[0][0] < _STEADY_WINDOW_S / 2:
            return float("inf")
        quads = np.stack([quad for _, quad in self._recent])
        strayed = np.linalg.norm(quads - quads.mean(axis=0), axis=-1).max()
        return float(strayed / side_lengths(self._order).max())


def _aligned(quad: Quad, like: Quad) -> tuple[int, Quad]:
    """The quad rolled so that its corners lie nearest to those of `like`; and by how many corners it starts later."""
    rolled = [np.roll(quad, turn, axis=0) for turn in range(4)]
    turn = int(np.argmin([np.linalg.norm(candidate - like) for candidate in rolled]))
    return turn, np.asarray(rolled[turn], np.float64)
