from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.capture.camera import CameraError, VideoUnreadableError
from app.capture.frames import CameraFrame
from app.capture.qt_video import QtVideo

WAIT_MS = 10_000


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50.0, (64, 48))
    for value in range(10):
        writer.write(np.full((48, 64, 3), 20 * value, np.uint8))
    writer.release()
    return path


class Watching(QObject):
    """Notes what a video delivers."""

    began = Signal()
    ended = Signal(object)

    def __init__(self, video: QtVideo) -> None:
        super().__init__()
        self.frames: list[CameraFrame] = []
        self._video = video

    def start(self) -> None:
        self._video.start(self._take, self._end)

    def _take(self, frame: CameraFrame) -> None:
        self.frames.append(frame)
        self.began.emit()

    def _end(self, reason: CameraError | None) -> None:
        self.ended.emit(reason)


@pytest.mark.usefixtures("qapp")
def test_a_video_is_played_at_its_own_speed_and_ends(qtbot, video) -> None:
    watching = Watching(QtVideo(video))
    with qtbot.waitSignal(watching.ended, timeout=WAIT_MS) as ended:
        watching.start()

    assert ended.args == [None]
    # The player may drop frames on a busy machine, but gives none twice and none out of order.
    values = [int(frame.decode()[0, 0, 0]) for frame in watching.frames]
    assert values == sorted(set(values))
    assert values[-1] == pytest.approx(180, abs=6)
    played_s = watching.frames[-1].captured_at_s - watching.frames[0].captured_at_s
    assert played_s >= (values[-1] - values[0]) / 20 / 50 - 0.05


@pytest.mark.usefixtures("qapp")
def test_one_that_is_stopped_gives_nothing_more_and_does_not_end(qtbot, video) -> None:
    source = QtVideo(video)
    watching = Watching(source)
    with qtbot.waitSignal(watching.began, timeout=WAIT_MS):
        watching.start()
    with qtbot.assertNotEmitted(watching.ended, wait=300):
        source.stop()
        count = len(watching.frames)
        source.stop()
    assert len(watching.frames) == count


@pytest.mark.usefixtures("qapp")
def test_stopping_in_the_midst_of_a_frame_never_waits_for_it(qtbot, video) -> None:
    """Hung within fifty times while frames were taken on the player's thread; pytest then ends with where it hangs."""
    for _ in range(40):
        source = QtVideo(video)
        watching = Watching(source)
        with qtbot.waitSignal(watching.began, timeout=WAIT_MS):
            watching.start()
        source.stop()


@pytest.mark.parametrize("content", [b"nonsense", b"", None])
def test_no_video(qtbot, tmp_path, content) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    watching = Watching(QtVideo(path))
    with qtbot.waitSignal(watching.ended, timeout=WAIT_MS) as ended:
        watching.start()

    assert isinstance(ended.args[0], VideoUnreadableError)
    assert watching.frames == []
