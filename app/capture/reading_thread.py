"""A thread that reads a camera's frames from OpenCV."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import cv2

from app.capture.camera import CameraError
from app.capture.frames import CameraFrame
from detector.geometry import Image

# The window waits so long, which nobody notices; any working camera gives a frame, and so ends, sooner.
_STOP_WITHIN_S = 0.25


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that is used."""

    def grab(self) -> bool:
        """Move to the next frame; False where there is none."""
        ...

    def retrieve(self) -> tuple[bool, Image]:
        """Decode the frame that was grabbed last."""
        ...

    def release(self) -> None:
        """Close."""
        ...


class ReadingThread:
    """Opens a capture, delivers its frames, and closes it, all on one thread of its own."""

    def __init__(
        self,
        open_capture: Callable[[], Capture],
        deliver: Callable[[CameraFrame], None],
        on_end: Callable[[CameraError | None], None],
        *,
        ending: CameraError,
    ) -> None:
        """Prepare the thread; `start` runs it.

        Args:
            open_capture: Opens the capture, or raises a `CameraError`.
            deliver: Gets each frame.
            on_end: Told why the frames ended, unless it was by `stop`.
            ending: What it means when no frame comes.
        """
        self._open_capture = open_capture
        self._deliver = deliver
        self._on_end = on_end
        self._ending = ending
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    def start(self) -> None:
        """Begin reading."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait a little for it; a driver that hangs is left behind."""
        self._stopped.set()
        if self._thread is not threading.current_thread():
            self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        cv2.setNumThreads(1)
        try:
            capture = self._open_capture()
        except CameraError as error:
            self._on_end(error)
            return
        try:
            ended = self._read(capture)
        finally:
            capture.release()
        if ended:
            self._on_end(self._ending)

    def _read(self, capture: Capture) -> bool:
        """Deliver frames until there are none, which gives True, or until `stop`, which gives False."""
        number = 0
        while not self._stopped.is_set():
            if not capture.grab():
                return True
            grabbed, image = capture.retrieve()
            if grabbed and not self._stopped.is_set():
                # mypy infers no type for a lambda's default, which keeps this frame when the next one is read.
                self._deliver(CameraFrame(number, time.perf_counter(), lambda image=image: image))  # type: ignore[misc]
                number += 1
        return False
