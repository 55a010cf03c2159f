"""From a camera's frames to what is shown of them: the mailbox, and the thread that detects, follows and judges."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.capture.camera import CameraError, CameraFailedError, FrameDamagedError, FrameSource
from app.capture.frames import CameraFrame
from app.detecting import CardDetector
from app.live.auto_capture import STEADY_WANDER, AutoCapture, CardState, Sighting, Verdict
from app.live.freshness import worth_waiting_s
from app.live.mailbox import Mailbox
from app.live.rates import RateMeter
from app.live.sharpness import sharpness
from app.live.tracker import Track, Tracker
from detector import Detection, DetectorError
from detector.geometry import Image

_END_WITHIN_S = 3.0
_LATE_S = 0.004  # by how much a camera's frames come late without being missing


@dataclass(frozen=True, slots=True, eq=False)
class LiveCard:
    """A card in view.

    Attributes:
        key: Its identity while it stays in view.
        quad: Its smoothed outline in pixels of the frame, (4, 2).
        detection: What the detector found of it; of this frame where `is_seen`.
        is_seen: Whether it was found in this frame.
        state: What to tell the user.
        countdown: How much of the countdown to capture has passed, 0 to 1.
    """

    key: int
    quad: NDArray[np.float64]
    detection: Detection
    is_seen: bool
    state: CardState
    countdown: float


@dataclass(frozen=True, slots=True)
class LiveNumbers:
    """What the status bar says.

    Attributes:
        camera_fps: Frames a second that the source delivers.
        detector_fps: Frames a second that are searched.
        detect_ms: How long the search of this frame took.
        dropped: Frames that were replaced by a newer one before they were searched.
    """

    camera_fps: float
    detector_fps: float
    detect_ms: float
    dropped: int


@dataclass(frozen=True, slots=True, eq=False)
class LiveUpdate:
    """Everything known of one frame. Nobody changes it, so that any thread may keep it.

    Attributes:
        image: The frame, BGR uint8, in the camera's full resolution.
        captured_at_s: When it arrived, on the clock of `time.perf_counter`.
        cards: The cards in view.
        due: Detections to be captured from this frame by auto-capture.
        numbers: For the status bar.
    """

    image: Image
    captured_at_s: float
    cards: tuple[LiveCard, ...]
    due: tuple[Detection, ...]
    numbers: LiveNumbers


class LivePipeline:
    """Runs one source through a detector on a thread of its own, from `start` to `stop`."""

    def __init__(
        self,
        source: FrameSource,
        load_detector: Callable[[], CardDetector],
        on_update: Callable[[LiveUpdate], None],
        on_end: Callable[[CameraError | DetectorError | None], None],
        *,
        auto_capture: bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Prepare.

        Args:
            source: Where frames come from.
            load_detector: Called on the thread that uses the detector.
            on_update: Called on that thread with every frame that was searched.
            on_end: Called once on that thread where it ends by itself: with the reason, or None at a video's end.
            auto_capture: Whether steady, sharp cards are captured by themselves.
            clock: That of the frames' times, in seconds.
        """
        self._clock = clock
        self._source = source
        self._load_detector = load_detector
        self._on_update = on_update
        self._on_end = on_end
        self._frames: Mailbox[CameraFrame] = Mailbox()
        self._judge = AutoCapture(enabled=auto_capture)
        self._tracker = Tracker()
        self._camera_rate, self._detector_rate = RateMeter(), RateMeter()
        self._lock = threading.Lock()
        self._captured_by_hand: set[int] = set()
        self._telling = threading.Lock()
        self._is_ended = False
        self._end_reason: CameraError | DetectorError | None = None
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()
        self._source.start(self._receive, self._end)

    def stop(self) -> None:
        """End; nothing is called any more once this returns, and `on_end` is not called.

        The thread may be loading the detector or searching a frame; it ends after that, and is not waited for.
        """
        with self._telling:
            self._is_ended = True
        self._source.stop()
        self._frames.close()

    def wait(self) -> None:
        """After `stop`: wait until its thread has ended, for three seconds at most."""
        self._thread.join(_END_WITHIN_S)

    @property
    def is_alive(self) -> bool:
        """Whether its thread is still at work."""
        return self._thread.is_alive()

    def set_auto_capture(self, enabled: bool) -> None:
        """Switch auto-capture; holds from the next frame."""
        self._judge.enabled = enabled

    def mark_captured(self, keys: set[int]) -> None:
        """Note cards that were captured by hand, so that auto-capture leaves them alone until they leave."""
        with self._lock:
            self._captured_by_hand |= keys

    def _receive(self, frame: CameraFrame) -> None:
        self._camera_rate.tick(frame.captured_at_s)
        self._frames.put(frame)

    def _end(self, reason: CameraError | DetectorError | None) -> None:
        """The source gives no more; what it gave is searched first, so that no capture is lost."""
        self._end_reason = reason
        self._frames.finish()

    def _run(self) -> None:
        cv2.setNumThreads(1)
        try:
            detector = self._load_detector()
            while (frame := self._next_frame()) is not None:
                with contextlib.suppress(FrameDamagedError):
                    self._tell(self._look(detector, frame))
        except (DetectorError, CameraError) as error:
            self._end_reason = error
        except Exception:
            self._end_reason = CameraFailedError()
            raise
        finally:
            self._tell_end()

    def _tell(self, update: LiveUpdate) -> None:
        with self._telling:
            if not self._is_ended:
                self._on_update(update)

    def _tell_end(self) -> None:
        with self._telling:
            if not self._is_ended:
                self._is_ended = True
                self._on_end(self._end_reason)

    def _next_frame(self) -> CameraFrame | None:
        """The newest frame, or the one after it where that is due in a moment; None at the end."""
        frame = self._frames.take()
        rate = self._camera_rate.per_s
        if frame is None or rate <= 0:
            return frame
        wait_s = worth_waiting_s(self._clock() - frame.captured_at_s, 1 / rate)
        return self._frames.take_newer(frame, wait_s + _LATE_S) if wait_s else frame

    def _look(self, detector: CardDetector, frame: CameraFrame) -> LiveUpdate:
        image = frame.decode()
        started_s = time.perf_counter()
        detections = detector.detect(image)
        detect_ms = (time.perf_counter() - started_s) * 1000
        self._detector_rate.tick(time.perf_counter())
        tracks = self._tracker.update(detections, frame.captured_at_s)
        verdicts = self._verdicts(image, tracks, frame.captured_at_s)
        numbers = LiveNumbers(self._camera_rate.per_s, self._detector_rate.per_s, detect_ms, self._frames.dropped)
        return LiveUpdate(
            image,
            frame.captured_at_s,
            tuple(_card(track, verdict) for track, verdict in zip(tracks, verdicts, strict=True)),
            tuple(track.detection for track, verdict in zip(tracks, verdicts, strict=True) if verdict.is_due),
            numbers,
        )

    def _verdicts(self, image: Image, tracks: tuple[Track, ...], at_s: float) -> list[Verdict]:
        with self._lock:
            captured, self._captured_by_hand = self._captured_by_hand, set()
        for key in captured:
            self._judge.mark_captured(key)
        return self._judge.update([self._sighting(image, track) for track in tracks], at_s)

    def _sighting(self, image: Image, track: Track) -> Sighting:
        """Sharpness is measured only of a card that lies still and was not captured yet: of others, nobody asks."""
        is_asked = track.is_seen and track.wander <= STEADY_WANDER and not self._judge.is_captured(track.key)
        sharp = sharpness(image, track.detection.quad) if is_asked else 0.0
        return Sighting(track.key, track.is_seen, track.wander, sharp)


def _card(track: Track, verdict: Verdict) -> LiveCard:
    return LiveCard(track.key, track.quad, track.detection, track.is_seen, verdict.state, verdict.countdown)
