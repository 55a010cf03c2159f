from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from app.capture.camera import CameraError, CameraLostError
from app.capture.frames import CameraFrame
from app.live import pipeline as pipeline_module
from app.session.picture import Picture, keep_picture
from app.ui import keeper
from app.ui.main_window import MainWindow
from app.ui.question import Question
from detector.geometry import Image
from tests.app.ui.conftest import PaleCardDetector, draw_scene, shows_nothing

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


def give_and_wait(qtbot, window: MainWindow, camera: HandCamera, image: Image, at_s: float) -> None:
    """Hand over a frame of which nothing is shown, and wait until it was searched."""
    detected = window.live._pipeline._detector_rate
    before = detected._times_s[-1]
    camera.give(image, at_s)
    qtbot.waitUntil(lambda: detected._times_s[-1] > before, timeout=WAIT_MS)


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
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 1, timeout=WAIT_MS)
    assert window.browser.current.name == "Capture 1"
    assert window.gallery.selected_cards() == list(window.workspace.album.cards)


def test_a_picture_is_not_seen_under_the_name_of_a_camera_that_has_sent_nothing_yet(
    qtbot, window, camera, one_card
) -> None:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)

    window.start_live(camera)
    assert shows_nothing(window)
    window.actions_.stop_camera.trigger()
    qtbot.waitUntil(lambda: not shows_nothing(window), timeout=WAIT_MS)


def test_without_qts_media_module_a_video_is_refused_with_the_package_to_install(
    window, card_video, monkeypatch
) -> None:
    monkeypatch.setitem(sys.modules, "app.capture.qt_video", None)
    window.open_paths([card_video])

    assert "libpulse0" in window.notice.text
    assert not window.live.is_running


def test_space_captures_the_frame_on_the_screen_at_full_resolution(qtbot, make_window, camera, card) -> None:
    window = make_window(auto_capture=False)
    window.start_live(camera)
    scene = draw_scene(card, (100, 100), (700, 300))
    show(qtbot, window, camera, scene, 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    kept = window.workspace.shelf.load(window.workspace.album.cards[0].picture_key)
    assert np.array_equal(kept, scene)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_space_and_enter_press_the_button_that_has_the_focus(qtbot, make_window, camera, card, key) -> None:
    window = make_window(auto_capture=False)
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    stop = button_of(window, window.actions_.stop_camera)
    stop.setFocus()
    qtbot.keyClick(stop, key)

    assert not window.live.is_running
    assert window.keeper._captures == 0


def test_space_captures_after_the_camera_was_started_by_a_button(qtbot, make_window, camera, card, monkeypatch) -> None:
    window = make_window(auto_capture=False)
    monkeypatch.setattr(window.picker, "open_chosen", lambda: camera)
    start = button_of(window, window.actions_.start_camera)
    start.setFocus()
    qtbot.keyClick(start, Qt.Key.Key_Space)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    assert window.live.is_running


def button_of(window: MainWindow, action: QAction) -> QToolButton:
    return next(button for button in window.findChildren(QToolButton) if button.defaultAction() is action)


def test_a_capture_on_its_way_to_the_gallery_is_not_closed_away_without_a_question(
    qtbot, make_window, camera, card, monkeypatch
) -> None:
    may_go_on = threading.Event()

    def keep_slowly(*arguments: object) -> Picture:
        may_go_on.wait(WAIT_MS / 1000)
        return keep_picture(*arguments)

    monkeypatch.setattr(keeper, "keep_picture", keep_slowly)
    window = make_window(auto_capture=False)
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    window.close()

    (question,) = window.findChildren(Question)
    assert question.text.text().startswith("1 captured card has not been exported.")
    may_go_on.set()
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    assert window.keeper.on_their_way == 0


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

    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)


def test_a_card_that_is_due_in_the_very_last_frame_is_captured(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    scene = draw_scene(card, (300, 200))
    for frame in range(10):
        show(qtbot, window, camera, scene, frame / 10)
    assert len(window.workspace.album) == 0
    camera.give(scene, 1.15)
    camera.on_end(CameraLostError())

    qtbot.waitUntil(lambda: not window.live.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)


def test_stopping_does_not_wait_for_a_detector_that_is_still_loading(qtbot, window, camera, monkeypatch) -> None:
    began, may_end, was_waited_for = threading.Event(), threading.Event(), threading.Event()

    def load() -> PaleCardDetector:
        began.set()
        if not may_end.wait(WAIT_MS / 1000):
            was_waited_for.set()
        return PaleCardDetector()

    monkeypatch.setattr(pipeline_module, "_END_WITHIN_S", 2 * WAIT_MS / 1000)
    monkeypatch.setattr(window.live, "_load_detector", load)
    window.start_live(camera)
    assert began.wait(WAIT_MS / 1000)
    qtbot.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)

    assert not window.live.is_running
    assert not was_waited_for.is_set()
    may_end.set()


def test_freezing_keeps_the_frame_and_it_can_be_captured(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    qtbot.keyClick(window, Qt.Key.Key_F)
    camera.give(draw_scene(card), 0.1)
    qtbot.keyClick(window, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    with qtbot.waitSignal(window.live.frame_arrived, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_F)
        camera.give(draw_scene(card), 0.2)


def test_nothing_is_captured_by_itself_behind_a_frozen_frame_but_afterwards(qtbot, window, camera, card) -> None:
    window.start_live(camera)
    scene = draw_scene(card, (300, 200))
    show(qtbot, window, camera, scene, 0.0)
    qtbot.keyClick(window, Qt.Key.Key_F)
    for frame in range(1, 30):
        give_and_wait(qtbot, window, camera, scene, frame / 10)
    assert len(window.workspace.album) == 0

    qtbot.keyClick(window, Qt.Key.Key_F)
    for frame in range(30, 60):
        show(qtbot, window, camera, scene, frame / 10)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)


def test_mirroring_is_for_the_preview_only(qtbot, make_window, camera, card) -> None:
    window = make_window(mirror=False, auto_capture=False)
    window.start_live(camera)
    scene = draw_scene(card, (100, 200))
    qtbot.keyClick(window, Qt.Key.Key_M)
    show(qtbot, window, camera, scene, 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)

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
