from __future__ import annotations

import threading
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from app.capture.camera import CameraError, CameraFailedError, CameraLostError, FrameDamagedError
from app.capture.frames import CameraFrame
from app.live import pipeline as pipeline_module
from app.live.auto_capture import CardState
from app.live.pipeline import LivePipeline, LiveUpdate
from detector import Detection, DetectorError
from detector.geometry import Image, bounding_box, rectangle_quad

WAIT_S = 10


class HandCamera:
    """A source whose frames the test hands over, one by one."""

    name = "by hand"

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        self.deliver, self.on_end = deliver, on_end
        self.number = 0
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True

    def give(self, image: Image, at_s: float) -> None:
        self.deliver(CameraFrame(self.number, at_s, lambda: image))
        self.number += 1


class OneCard:
    def __init__(self) -> None:
        self.quad = rectangle_quad(404, 255) + (60, 50)

    def detect(self, image: Image) -> list[Detection]:
        if image.shape[0] == 13:
            raise DetectorError("unlucky")
        return [Detection(0.9, bounding_box(self.quad), self.quad, 0)]


class Running:
    """A pipeline under test, with what it said."""

    def __init__(self, *, auto_capture: bool) -> None:
        self.camera = HandCamera()
        self.updates: list[LiveUpdate] = []
        self.ends: list[object] = []
        self._arrived = threading.Condition()
        self.now_s = 0.0
        self.pipeline = LivePipeline(
            self.camera, OneCard, self._take, self._end, auto_capture=auto_capture, clock=lambda: self.now_s
        )
        self.pipeline.start()

    def _take(self, update: LiveUpdate) -> None:
        with self._arrived:
            self.updates.append(update)
            self._arrived.notify_all()

    def _end(self, reason: object) -> None:
        with self._arrived:
            self.ends.append(reason)
            self._arrived.notify_all()

    def show(self, image: Image, at_s: float) -> LiveUpdate:
        with self._arrived:
            count = len(self.updates)
            self.camera.give(image, at_s)
            assert self._arrived.wait_for(lambda: len(self.updates) > count, WAIT_S)
            return self.updates[-1]

    def wait_for_end(self) -> object:
        with self._arrived:
            assert self._arrived.wait_for(lambda: bool(self.ends), WAIT_S)
            return self.ends[0]


@pytest.fixture
def scene(card) -> Image:
    picture = np.full((360, 640, 3), 90, np.uint8)
    picture[50:305, 60:464] = cv2.resize(card, (404, 255), interpolation=cv2.INTER_AREA)
    return picture


def test_a_steady_card_is_due_once_and_captured_ever_after(scene) -> None:
    running = Running(auto_capture=True)
    updates = [running.show(scene, frame / 10) for frame in range(30)]
    running.pipeline.stop()

    assert sum(len(update.due) for update in updates) == 1
    assert updates[-1].cards[0].state is CardState.CAPTURED
    assert updates[-1].image is scene
    assert updates[-1].numbers.camera_fps == pytest.approx(10)


def test_a_card_captured_by_hand_is_left_alone(scene) -> None:
    running = Running(auto_capture=True)
    first = running.show(scene, 0.0)
    running.pipeline.mark_captured({first.cards[0].key})
    updates = [running.show(scene, 0.1 + frame / 10) for frame in range(20)]
    running.pipeline.stop()

    assert not any(update.due for update in updates)


def test_an_unplugged_camera_is_told_once(scene) -> None:
    running = Running(auto_capture=False)
    running.show(scene, 0.0)
    running.camera.on_end(CameraLostError())
    running.camera.on_end(CameraLostError())

    assert isinstance(running.wait_for_end(), CameraLostError)
    assert len(running.ends) == 1
    running.pipeline.stop()


def test_a_detector_that_fails_ends_it_with_the_reason() -> None:
    running = Running(auto_capture=False)
    running.camera.give(np.zeros((13, 20, 3), np.uint8), 0.0)

    assert str(running.wait_for_end()) == "unlucky"
    running.pipeline.stop()


def damaged() -> Image:
    raise FrameDamagedError


def test_a_damaged_frame_is_passed_over(scene) -> None:
    running = Running(auto_capture=False)
    running.show(scene, 0.0)
    running.camera.deliver(CameraFrame(1, 0.1, damaged))
    running.show(scene, 0.2)
    running.pipeline.stop()

    assert [update.captured_at_s for update in running.updates] == [0.0, 0.2]
    assert not running.ends


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_is_not_told_as_the_end_of_a_video(scene) -> None:
    running = Running(auto_capture=False)
    running.show(scene, 0.0)
    running.camera.deliver(CameraFrame(1, 0.1, lambda: None))

    assert isinstance(running.wait_for_end(), CameraFailedError)
    running.pipeline.stop()
    running.pipeline.wait()


def test_nothing_is_said_after_stop(scene) -> None:
    running = Running(auto_capture=False)
    running.show(scene, 0.0)
    running.pipeline.stop()
    count = len(running.updates)
    running.camera.give(scene, 1.0)
    running.camera.on_end(CameraLostError())

    assert running.camera.is_stopped
    assert len(running.updates) == count
    assert not running.ends


def test_a_frame_that_has_lain_is_passed_over_for_the_one_that_is_due(scene) -> None:
    running = Running(auto_capture=False)
    running.show(scene, 0.0)
    running.now_s = 2.9
    running.camera.give(scene, 1.9)
    last = running.show(scene, 3.8)
    running.pipeline.stop()

    assert [update.captured_at_s for update in running.updates] == [0.0, 3.8]
    assert last.numbers.dropped == 1


def test_a_card_that_was_captured_is_not_measured_again(scene, monkeypatch) -> None:
    measured: list[object] = []
    monkeypatch.setattr(pipeline_module, "sharpness", lambda image, quad: measured.append(quad) or 1.0)
    running = Running(auto_capture=True)
    states = [running.show(scene, frame / 10).cards[0].state for frame in range(30)]
    running.pipeline.stop()

    assert 0 < len(measured) <= states.index(CardState.CAPTURED) + 1
