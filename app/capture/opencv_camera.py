"""Cameras through OpenCV, for systems where Qt's multimedia module does not load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2

from app.capture.camera import CameraError, CameraInfo, CameraLostError, CameraUnavailableError, Resolution
from app.capture.frames import CameraFrame
from app.capture.reading_thread import Capture, ReadingThread

_DEFAULT_RESOLUTION = Resolution(1280, 720)
_RESOLUTIONS = (Resolution(1920, 1080), _DEFAULT_RESOLUTION, Resolution(640, 480))


class OpenCvCamera:
    """A camera known by its number."""

    def __init__(self, info: CameraInfo, resolution: Resolution | None = None) -> None:
        self._info = info
        self._resolution = resolution or _DEFAULT_RESOLUTION
        self._thread: ReadingThread | None = None

    @property
    def name(self) -> str:
        """What the system calls it."""
        return self._info.name

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        """Open the camera on a thread of its own, and begin."""
        self._thread = ReadingThread(self._open, deliver, on_end, ending=CameraLostError())
        self._thread.start()

    def stop(self) -> None:
        """End, and let the camera go."""
        if self._thread:
            self._thread.stop()

    def _open(self) -> Capture:
        capture = cv2.VideoCapture(int(self._info.key))
        if not capture.isOpened():
            raise CameraUnavailableError
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._resolution.width_px)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._resolution.height_px)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture  # type: ignore[return-value]  # OpenCV's stubs say frames may be of any type


def list_opencv_cameras(video4linux: Path = Path("/sys/class/video4linux")) -> tuple[CameraInfo, ...]:
    """The cameras there are, without opening any.

    Linux names them; elsewhere OpenCV has no way to list cameras, so the first one is offered.
    """
    if sys.platform != "linux":
        return (CameraInfo("0", "Camera 1", _RESOLUTIONS),)
    devices = sorted(video4linux.glob("video*"), key=lambda device: int(device.name.removeprefix("video")))
    return tuple(_named(device) for device in devices if _captures(device))


def _captures(device: Path) -> bool:
    """Whether this is the camera itself: its second device carries only metadata."""
    index = device / "index"
    return not index.is_file() or index.read_text().strip() == "0"


def _named(device: Path) -> CameraInfo:
    name = device / "name"
    return CameraInfo(
        device.name.removeprefix("video"), name.read_text().strip() if name.is_file() else device.name, _RESOLUTIONS
    )
