"""Cameras through Qt's multimedia module, which knows their names and tells when one is unplugged.

Importing this fails where a library of the system is missing (on Linux, libpulse.so.0).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import (
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoSink,
)

from app.capture.camera import (
    CameraError,
    CameraInfo,
    CameraLostError,
    CameraUnavailableError,
    FrameDamagedError,
    Resolution,
)
from app.capture.frames import CameraFrame
from detector.geometry import Image

_DEFAULT_HEIGHT_PX = 720


class QtCameras:
    """The cameras that Qt knows."""

    problem = ""

    def __init__(self) -> None:
        self._devices = QMediaDevices()

    def list(self) -> tuple[CameraInfo, ...]:
        """The cameras there are now, the system's default one first."""
        default = QMediaDevices.defaultVideoInput()
        devices = sorted(QMediaDevices.videoInputs(), key=lambda device: device != default)
        return tuple(CameraInfo(_key(device), device.description(), _resolutions(device)) for device in devices)

    def open(self, info: CameraInfo, resolution: Resolution | None) -> QtCamera:
        """A camera, not started yet."""
        return QtCamera(info, resolution)

    def watch(self, on_change: Callable[[], None]) -> None:
        """Have `on_change` called on the window's thread when a camera is plugged in or out."""
        self._devices.videoInputsChanged.connect(on_change)


class QtCamera(QObject):
    """One camera. Make, start and stop it on the window's thread; frames are decoded by whoever takes them."""

    def __init__(self, info: CameraInfo, resolution: Resolution | None = None) -> None:
        super().__init__()
        self._info = info
        self._resolution = resolution
        self._camera: QCamera | None = None
        self._number = 0

    @property
    def name(self) -> str:
        """What the system calls it."""
        return self._info.name

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        """Open the camera and begin."""
        device = next((device for device in QMediaDevices.videoInputs() if _key(device) == self._info.key), None)
        if device is None:
            on_end(CameraLostError())
            return
        self._deliver, self._on_end = deliver, on_end
        self._camera = QCamera(device, self)
        chosen = _format(device, self._resolution)
        if chosen is not None:
            self._camera.setCameraFormat(chosen)
        self._sink = QVideoSink(self)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        # Queued: called on the camera's thread, it would wait for the interpreter's lock, and whoever stops the
        # camera, with the lock, for that thread.
        self._sink.videoFrameChanged.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._camera.errorOccurred.connect(self._fail)
        self._camera.start()

    def stop(self) -> None:
        """End, and let the camera go."""
        camera, self._camera = self._camera, None
        if camera:
            self._sink.videoFrameChanged.disconnect(self._take)
            camera.stop()
            # Qt takes null for none, which PySide's stubs don't know.
            self._session.setVideoSink(None)  # type: ignore[arg-type]
            self._session.setCamera(None)  # type: ignore[arg-type]

    def _take(self, frame: QVideoFrame) -> None:
        if self._camera and frame.isValid():
            kept = QVideoFrame(frame)
            self._deliver(CameraFrame(self._number, time.perf_counter(), lambda: decode_video_frame(kept)))
            self._number += 1

    def _fail(self, error: QCamera.Error, _text: str) -> None:
        if error is not QCamera.Error.NoError:
            self._on_end(CameraLostError() if self._number else CameraUnavailableError())


def decode_video_frame(frame: QVideoFrame) -> Image:
    """The pixels of a frame, BGR, in memory of their own.

    Raises:
        FrameDamagedError: it came damaged from the camera, as compressed frames do now and then.
    """
    image = frame.toImage().convertToFormat(QImage.Format.Format_BGR888)
    if image.isNull():
        raise FrameDamagedError
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _key(device: QCameraDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _resolutions(device: QCameraDevice) -> tuple[Resolution, ...]:
    sizes = {(size.width(), size.height()) for size in device.photoResolutions()}
    sizes |= {(one.resolution().width(), one.resolution().height()) for one in device.videoFormats()}
    return tuple(Resolution(width, height) for width, height in sorted(sizes, reverse=True))


def _format(device: QCameraDevice, resolution: Resolution | None) -> QCameraFormat | None:
    """The fastest format of the resolution; without one, of the smallest that is high enough for a card."""
    formats = device.videoFormats()
    if resolution:
        wanted = [one for one in formats if _size(one) == (resolution.width_px, resolution.height_px)]
    else:
        heights = [_size(one)[1] for one in formats]
        height = min((height for height in heights if height >= _DEFAULT_HEIGHT_PX), default=max(heights, default=0))
        wanted = [one for one in formats if _size(one)[1] == height]
    return max(wanted, key=lambda one: one.maxFrameRate(), default=None)


def _size(camera_format: QCameraFormat) -> tuple[int, int]:
    return camera_format.resolution().width(), camera_format.resolution().height()
