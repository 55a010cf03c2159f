"""A video file that stands for a camera: for trying the program, and for its tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2

from app.capture.camera import CameraError, VideoUnreadableError
from app.capture.frames import CameraFrame
from app.capture.reading_thread import Capture, ReadingThread
from detector.geometry import Image

VIDEO_SUFFIXES = frozenset({".mp4", ".m4v", ".avi", ".mov", ".mkv", ".webm"})
_USUAL_FPS = 30.0
_PLAUSIBLE_FPS = (1.0, 240.0)


class VideoFile:
    """Plays a video at its own speed."""

    def __init__(self, path: Path, *, repeat: bool = False) -> None:
        self._path = path
        self._repeat = repeat
        self._thread: ReadingThread | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        """Begin to play."""
        self._thread = ReadingThread(self._open, deliver, on_end, ending=None, interval_s=_interval_s)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        if self._thread:
            self._thread.stop()

    def _open(self) -> Capture:
        capture = cv2.VideoCapture(str(self._path))
        if not capture.isOpened():
            raise VideoUnreadableError
        return _Repeating(capture) if self._repeat else capture  # type: ignore[return-value]  # OpenCV's stubs widen the type


class _Repeating:
    """A capture that begins again at its end."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def get(self, property_id: int) -> float:
        return self._capture.get(property_id)

    def grab(self) -> bool:
        return self._capture.grab() or (self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0) and self._capture.grab())

    def retrieve(self) -> tuple[bool, Image]:
        return self._capture.retrieve()  # type: ignore[return-value]  # OpenCV's stubs widen the type

    def release(self) -> None:
        self._capture.release()


def _interval_s(capture: Capture) -> float:
    fps = capture.get(cv2.CAP_PROP_FPS)  # type: ignore[attr-defined]
    low, high = _PLAUSIBLE_FPS
    return 1 / (fps if low <= fps <= high else _USUAL_FPS)
