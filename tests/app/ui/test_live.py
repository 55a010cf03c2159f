from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.capture.camera import CameraError, CameraLostError
from app.capture.frames import CameraFrame
from app.ui.main_window import MainWindow
from detector.geometry import Image
from tests.app.ui.conftest import draw_scene

WAIT_MS = 20_000


class HandCamera:
    """A camera whose frames the test hands over."""

    name = "Test camera"

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        self.deliver, self.on_end = deliver, on_end
        self.is_stopped = False
        self.number = 0

    def stop(self) -> None:
        self.is_stopped = True

    def give(self, image: Image, at_s: float) -> None:
        self.deliver(CameraFrame(self.number, at_s, lambda: image))
        self.number += 1


@pytest.fixture
def camera() -> HandCamera:
    return HandCamera()


def show(qtbot, window: MainWindow, camera: HandCamera, image: Image, at_s: float) -> None:
    with qtbot.waitSignal(window.live.frame_arrived, timeout=WAIT_MS):
        camera.give(image, at_s)


def test_a_video_is_scanned_live_and_its_card_is_captured_once(qtbot, window, card_video) -> None:
    with qtbot.waitSignal(window.live.ended, timeout=WAIT_MS):
        window.open_paths([card_video])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)

    assert window.workspace.album.cards[0].picture_size_px == (1280, 720)
    assert window.notice.text == "The video has ended."
    assert window.pages.currentWidget() is window.empty


def test_space_captures_the_frame_on_the_screen_at_full_resolution(qtbot, make_window, camera, card) -> None:
    window = make_window(auto_capture=False)
    window.start_live(camera)
    scene = draw_scene(card, (100, 100), (700, 300))
    show(qtbot, window, camera, scene, 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    kept = window.workspace.shelf.load(window.workspace.album.cards[0].picture_key)
    assert np.array_equal(kept, scene)


def test_space_without_a_card_says_what_to_do(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card), 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)

    assert "Hold one in front of the camera" in window.notice.text


def test_the_countdown_is_seen(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    labels = []
    for frame in range(20):
        show(qtbot, window, camera, draw_scene(card, (300, 200)), frame / 10)
        labels.append((window.canvas.outlines[0].label, window.canvas.outlines[0].progress))

    assert labels[0] == ("Hold steady", 0.0)
    assert any(label == "Ready" and 0 < progress < 1 for label, progress in labels)
    assert labels[-1] == ("Captured", 0.0)


def test_an_unplugged_camera_loses_no_capture(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    window.actions_.capture.trigger()
    camera.on_end(CameraLostError())

    qtbot.waitUntil(lambda: len(window.workspace.album) == 1 and not window.live.is_running, timeout=WAIT_MS)
    assert "was disconnected" in window.notice.text
    assert camera.is_stopped


def test_freezing_keeps_the_frame_and_it_can_be_captured(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    window.actions_.freeze.trigger()
    camera.give(draw_scene(card), 0.1)
    window.actions_.capture.trigger()

    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)


def test_mirroring_is_for_the_preview_only(qtbot, make_window, camera, card) -> None:
    window = make_window(mirror=True, auto_capture=False)
    window.start_live(camera)
    scene = draw_scene(card, (100, 200))
    show(qtbot, window, camera, scene, 0.0)
    window.actions_.capture.trigger()

    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    assert window.canvas.viewport.is_mirrored
    assert np.array_equal(window.workspace.shelf.load(window.workspace.album.cards[0].picture_key), scene)


def test_no_camera_is_said_in_plain_words(window) -> None:
    window.actions_.start_camera.trigger()

    assert "No camera was found" in window.notice.text


def test_the_status_bar_tells_rates_and_latency(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card), 0.0)

    qtbot.waitUntil(lambda: "FPS camera" in window.status.text and "dropped" in window.status.text, timeout=WAIT_MS)


def test_a_detector_that_fails_ends_live_with_its_reason(qtbot, window, camera) -> None:
    window.start_live(camera)
    with qtbot.waitSignal(window.live.ended, timeout=WAIT_MS):
        camera.give(np.zeros((20, 13, 3), np.uint8), 0.0)

    assert window.notice.text == "This picture can't be searched."


def test_closing_while_live_ends_at_once(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        window.close()

    assert camera.is_stopped
