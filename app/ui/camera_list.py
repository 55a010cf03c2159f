"""The cameras that can be chosen, by Qt where its multimedia module loads, otherwise by OpenCV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.capture.camera import CameraInfo, FrameSource, Resolution
from app.capture.opencv_camera import OpenCvCamera, list_opencv_cameras
from app.ui.translation import translate


class Cameras(Protocol):
    """Lists cameras and opens them."""

    @property
    def problem(self) -> str:
        """Why the choice is smaller than it could be, in a line for the user; empty where it is not."""
        ...

    def list(self) -> tuple[CameraInfo, ...]:
        """The cameras there are now."""
        ...

    def open(self, info: CameraInfo, resolution: Resolution | None) -> FrameSource:
        """A camera, not started yet; None takes the resolution it likes best."""
        ...

    def watch(self, on_change: Callable[[], None]) -> None:
        """Have `on_change` called when one is plugged in or out, where the system tells."""
        ...


class OpenCvCameras:
    """Cameras through OpenCV."""

    @property
    def problem(self) -> str:
        """Why there may be more cameras than are found this way."""
        return translate(
            "Cameras",
            "Qt's camera module does not load here, so cameras are opened another way. "
            "On Debian and Ubuntu, install it with: {command}",
        ).format(command="sudo apt-get install libpulse0")

    def list(self) -> tuple[CameraInfo, ...]:
        """The cameras there are now."""
        return list_opencv_cameras()

    def open(self, info: CameraInfo, resolution: Resolution | None) -> FrameSource:
        """A camera, not started yet."""
        return OpenCvCamera(info, resolution)

    def watch(self, _on_change: Callable[[], None]) -> None:
        """OpenCV does not tell."""


def find_cameras() -> Cameras:
    """The best way to cameras that there is here. Loading Qt's module takes a while: call it late."""
    try:
        from app.capture.qt_camera import QtCameras
    except ImportError:
        return OpenCvCameras()
    return QtCameras()
