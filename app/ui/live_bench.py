"""Measures live scanning in the real window: how late frames are, how long the window's thread is held up, memory."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.capture.camera import CameraError
from app.capture.frames import CameraFrame
from app.detecting import DetectorLoader
from app.places import Places
from app.settings import Settings, SettingsFile
from app.ui.live_session import LiveFrame
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.theme import LIGHT, apply_colours
from detector.geometry import Image

_FPS = 30.0
_FRAMES = 90
_SWAY_PX = 24.0
_WARM_UP_S = 3.0
_WATCH_EVERY_MS = 4


@dataclass(frozen=True, slots=True)
class LiveMeasurement:
    """What was measured.

    Attributes:
        seconds: For how long, after a warm-up.
        camera_fps: Frames a second that were delivered.
        shown_fps: Frames a second that reached the screen with their outlines.
        latency_p50_ms: From a frame's arrival until it was painted with its outlines, the middle.
        latency_p95_ms: The same, for 95 of 100.
        longest_block_ms: The longest time that the window's thread answered nothing, for whatever reason.
        longest_work_ms: The most that the window's thread computed between two answers: what of a block is our doing,
            and not that of other programs that the processor was given to.
        memory_growth_mb: Growth of the process's memory.
    """

    seconds: float
    camera_fps: float
    shown_fps: float
    latency_p50_ms: float
    latency_p95_ms: float
    longest_block_ms: float
    longest_work_ms: float
    memory_growth_mb: float


class SwayingPicture:
    """A camera whose frames, drawn in advance, show a picture that sways: 30 a second, as a webcam gives them."""

    name = "bench"

    def __init__(self, frame: Image) -> None:
        self._frames = [_swayed(frame, number) for number in range(_FRAMES)]
        self._stopped = threading.Event()
        self.delivered = 0

    def start(self, deliver: Callable[[CameraFrame], None], _on_end: Callable[[CameraError | None], None]) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, args=(deliver,), name="bench camera", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def _run(self, deliver: Callable[[CameraFrame], None]) -> None:
        due_s = time.perf_counter()
        while not self._stopped.wait(max(0.0, due_s - time.perf_counter())):
            image = self._frames[self.delivered % _FRAMES]
            # A camera's driver hands over new memory with each frame.
            deliver(CameraFrame(self.delivered, time.perf_counter(), image.copy))
            self.delivered += 1
            due_s += 1 / _FPS


class Watchdog(QObject):
    """Notes the longest time between two rounds of the thread it lives on, and the most it computed in between."""

    def __init__(self) -> None:
        super().__init__()
        self.reset()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._round)
        self._timer.start(_WATCH_EVERY_MS)

    def reset(self) -> None:
        """Forget what was."""
        self.longest_s = self.most_work_s = 0.0
        self._last_s, self._last_work_s = time.perf_counter(), time.thread_time()

    def _round(self) -> None:
        now_s, work_s = time.perf_counter(), time.thread_time()
        self.longest_s = max(self.longest_s, now_s - self._last_s - _WATCH_EVERY_MS / 1000)
        self.most_work_s = max(self.most_work_s, work_s - self._last_work_s)
        self._last_s, self._last_work_s = now_s, work_s


def measure_live(frame: Image, seconds: float, load: DetectorLoader) -> LiveMeasurement:
    """Run the window on a swaying `frame` and measure.

    Raises:
        DetectorError: the detector can't be loaded or fails.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError(application)
    apply_colours(application, LIGHT)
    with tempfile.TemporaryDirectory() as private:
        places = Places(Path(private) / "config", Path(private) / "state")
        window = MainWindow(Services(places, Settings(auto_capture=False), SettingsFile(places.config), load))
        window.resize(1440, 900)
        window.show()
        measurement = _measure(window, SwayingPicture(frame), seconds)
        window.close()
        window.services.close()
    return measurement


def _measure(window: MainWindow, camera: SwayingPicture, seconds: float) -> LiveMeasurement:
    latencies_s: list[float] = []
    shown: list[LiveFrame] = []
    window.live.frame_arrived.connect(shown.append)
    window.canvas.painted.connect(lambda: _note_latency(shown, latencies_s))
    watchdog = Watchdog()
    window.start_live(camera)
    _run_for(_WARM_UP_S)
    latencies_s.clear()
    watchdog.reset()
    memory_before, delivered_before = _memory_mb(), camera.delivered
    _run_for(seconds)
    delivered = camera.delivered - delivered_before
    longest_s, most_work_s = watchdog.longest_s, watchdog.most_work_s
    return LiveMeasurement(
        seconds=seconds,
        camera_fps=delivered / seconds,
        shown_fps=len(latencies_s) / seconds,
        latency_p50_ms=_percentile_ms(latencies_s, 50),
        latency_p95_ms=_percentile_ms(latencies_s, 95),
        longest_block_ms=longest_s * 1000,
        longest_work_ms=most_work_s * 1000,
        memory_growth_mb=_memory_mb() - memory_before,
    )


def _note_latency(shown: list[LiveFrame], latencies_s: list[float]) -> None:
    if shown:
        latencies_s.append(time.perf_counter() - shown[-1].update.captured_at_s)
        shown.clear()


def _run_for(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _percentile_ms(durations_s: Sequence[float], percent: float) -> float:
    return float(np.percentile(durations_s, percent)) * 1000 if durations_s else float("nan")


def _swayed(frame: Image, number: int) -> Image:
    angle = 2 * np.pi * number / _FRAMES
    matrix = np.array([[1, 0, _SWAY_PX * np.cos(angle)], [0, 1, _SWAY_PX * np.sin(angle)]])
    size = (frame.shape[1], frame.shape[0])
    return np.asarray(cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _memory_mb() -> float:
    """Resident memory of this process; 0 where the system does not say it in this way."""
    status = Path("/proc/self/statm")
    if not status.is_file():
        return 0.0
    return int(status.read_text().split()[1]) * 4096 / 1e6
