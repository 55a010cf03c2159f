from __future__ import annotations

import threading

import numpy as np

from app.capture.camera import CameraError, CameraLostError
from app.capture.frames import CameraFrame
from app.capture.reading_thread import ReadingThread
from detector.geometry import Image

WAIT_S = 20.0


class HangingDriver:
    """A capture whose first frame comes only when it is let go."""

    def __init__(self) -> None:
        self.waits, self.let_go, self.released = threading.Event(), threading.Event(), threading.Event()

    def grab(self) -> bool:
        self.waits.set()
        return self.let_go.wait(WAIT_S)

    def retrieve(self) -> tuple[bool, Image]:
        return True, np.zeros((2, 2, 3), np.uint8)

    def release(self) -> None:
        self.released.set()


def test_a_driver_that_hangs_does_not_hold_the_window_and_delivers_nothing_later() -> None:
    driver = HangingDriver()
    frames: list[CameraFrame] = []
    ends: list[CameraError | None] = []
    reading = ReadingThread(lambda: driver, frames.append, ends.append, ending=CameraLostError())
    reading.start()
    assert driver.waits.wait(WAIT_S)

    reading.stop()
    assert not driver.released.is_set()
    driver.let_go.set()

    assert driver.released.wait(WAIT_S)
    assert not frames
    assert not ends
