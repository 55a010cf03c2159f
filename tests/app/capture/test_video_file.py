from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.capture.camera import CameraError, FrameSource, VideoUnreadableError
from app.capture.frames import CameraFrame
from app.capture.opencv_camera import list_opencv_cameras
from app.capture.video_file import VideoFile

WAIT_S = 10


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50.0, (64, 48))
    for value in range(10):
        writer.write(np.full((48, 64, 3), 20 * value, np.uint8))
    writer.release()
    return path


class Watching:
    """Notes what a source delivers."""

    def __init__(self, source: FrameSource) -> None:
        self.frames: list[CameraFrame] = []
        self.reason: CameraError | None = None
        self.ended = threading.Event()
        self.many = threading.Event()
        source.start(self._take, self._end)

    def _take(self, frame: CameraFrame) -> None:
        self.frames.append(frame)
        if len(self.frames) > 25:
            self.many.set()

    def _end(self, reason: CameraError | None) -> None:
        self.reason = reason
        self.ended.set()


def test_a_video_is_played_at_its_own_speed_and_ends(video) -> None:
    watching = Watching(VideoFile(video))
    assert watching.ended.wait(WAIT_S)

    assert watching.reason is None
    assert [frame.number for frame in watching.frames] == list(range(10))
    assert watching.frames[-1].captured_at_s - watching.frames[0].captured_at_s >= 9 / 50 - 0.03
    assert int(watching.frames[3].decode()[0, 0, 0]) == pytest.approx(60, abs=4)


def test_it_can_begin_again(video) -> None:
    source = VideoFile(video, repeat=True)
    watching = Watching(source)
    assert watching.many.wait(WAIT_S)
    source.stop()
    count = len(watching.frames)

    assert not watching.ended.is_set()
    assert len(watching.frames) == count


def test_no_video(tmp_path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"nonsense")
    watching = Watching(VideoFile(tmp_path / "clip.mp4"))
    assert watching.ended.wait(WAIT_S)

    assert isinstance(watching.reason, VideoUnreadableError)


def test_cameras_are_listed_by_name_without_their_metadata_devices(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.capture.opencv_camera.sys.platform", "linux")
    for name, text, index in (("video0", "HD Webcam", "0"), ("video1", "HD Webcam", "1"), ("video10", "Other", "0")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(text + "\n")
        (tmp_path / name / "index").write_text(index + "\n")

    assert [(info.key, info.name) for info in list_opencv_cameras(tmp_path)] == [("0", "HD Webcam"), ("10", "Other")]
    assert list_opencv_cameras(tmp_path / "nowhere") == ()
