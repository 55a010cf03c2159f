from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from app.capture.camera import CameraError, CameraInfo, CameraLostError, CameraUnavailableError, Resolution
from app.capture.frames import CameraFrame
from app.ui.main_window import MainWindow

WAIT_MS = 20_000
HD, FULL_HD = Resolution(1280, 720), Resolution(1920, 1080)
BUILT_IN = CameraInfo("front", "Integrated Camera", (FULL_HD, HD))
PLUGGED_IN = CameraInfo("usb", "Document Camera", (HD,))


class FakeCamera:
    def __init__(self, info: CameraInfo, resolution: Resolution | None, ending: CameraError | None) -> None:
        self.name, self.info, self.resolution, self._ending = info.name, info, resolution, ending

    def start(self, _deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        if self._ending:
            on_end(self._ending)

    def stop(self) -> None:
        pass


class FakeCameras:
    """The system's cameras, which the test plugs in and out."""

    problem = ""

    def __init__(self, *infos: CameraInfo) -> None:
        self.infos = infos
        self.opened: list[FakeCamera] = []
        self.ending: CameraError | None = None

    def list(self) -> tuple[CameraInfo, ...]:
        return self.infos

    def open(self, info: CameraInfo, resolution: Resolution | None) -> FakeCamera:
        self.opened.append(FakeCamera(info, resolution, self.ending))
        return self.opened[-1]

    def watch(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change

    def plug(self, *infos: CameraInfo) -> None:
        self.infos = infos
        self._on_change()


@pytest.fixture
def cameras(window: MainWindow) -> FakeCameras:
    cameras = FakeCameras(BUILT_IN, PLUGGED_IN)
    window.picker.show_cameras(cameras, "")
    return cameras


def names(window: MainWindow) -> list[str]:
    box = window.picker._names
    return [box.itemText(index) for index in range(box.count())]


def test_a_camera_is_chosen_by_name_and_started_in_the_chosen_resolution(qtbot, window, cameras) -> None:
    assert names(window) == ["Integrated Camera", "Document Camera"]
    qtbot.keyClick(window.picker._resolutions, Qt.Key.Key_Down)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert (cameras.opened[-1].info, cameras.opened[-1].resolution) == (BUILT_IN, FULL_HD)
    assert window.live.is_running

    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    assert not window.live.is_running
    qtbot.keyClick(window.picker._names, Qt.Key.Key_Down)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert (cameras.opened[-1].info, cameras.opened[-1].resolution) == (PLUGGED_IN, None)


def test_the_camera_used_last_is_chosen_again(qtbot, window, cameras) -> None:
    qtbot.keyClick(window.picker._names, Qt.Key.Key_Down)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.services.preferences.settings.camera == "usb"

    window.picker.show_cameras(FakeCameras(BUILT_IN, PLUGGED_IN), window.services.preferences.settings.camera)
    assert window.picker.chosen_key == "usb"


def test_plugging_cameras_in_and_out_keeps_the_choice_where_it_can(qtbot, window, cameras) -> None:
    qtbot.keyClick(window.picker._names, Qt.Key.Key_Down)
    cameras.plug(PLUGGED_IN)
    assert (names(window), window.picker.chosen_key) == (["Document Camera"], "usb")

    cameras.plug()
    assert names(window) == ["No camera"]
    assert not window.picker._names.isEnabled()
    cameras.plug(BUILT_IN, PLUGGED_IN)
    assert window.picker.chosen_key == "usb"


def test_a_camera_that_was_away_is_started_again_not_the_one_that_was_left(qtbot, window, cameras) -> None:
    qtbot.keyClick(window.picker._names, Qt.Key.Key_Down)
    cameras.plug(BUILT_IN)
    assert window.picker.chosen_key == "front"
    cameras.plug(BUILT_IN, PLUGGED_IN)
    qtbot.keyClick(window, Qt.Key.Key_F5)

    assert cameras.opened[-1].info == PLUGGED_IN
    assert window.services.preferences.settings.camera == "usb"


@pytest.mark.parametrize(
    ("ending", "said"), [(CameraUnavailableError(), "does not open"), (CameraLostError(), "was disconnected")]
)
def test_a_camera_that_does_not_start_is_said_and_can_be_started_again(qtbot, window, cameras, ending, said) -> None:
    cameras.ending = ending
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not window.live.is_running, timeout=WAIT_MS)
    assert said in window.notice.text

    cameras.ending = None
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.live.is_running


def test_where_the_best_way_to_cameras_is_missing_the_reason_is_said(qtbot, window, cameras) -> None:
    cameras.problem = "Install libpulse0."
    cameras.plug()
    qtbot.keyClick(window, Qt.Key.Key_F5)

    assert "No camera was found" in window.notice.text
    assert window.notice.text.endswith("Install libpulse0.")
