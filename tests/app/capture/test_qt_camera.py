from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("PySide6.QtMultimedia", reason="QtMultimedia needs a system library", exc_type=ImportError)

from PySide6.QtCore import QSize
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

from app.capture.camera import CameraInfo, CameraLostError, FrameDamagedError
from app.capture.qt_camera import QtCamera, decode_video_frame


@pytest.mark.parametrize("width", [640, 641])
def test_a_frame_is_decoded_pixel_for_pixel(width: int) -> None:
    frame = QVideoFrame(QVideoFrameFormat(QSize(width, 48), QVideoFrameFormat.PixelFormat.Format_BGRX8888))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    stride = frame.bytesPerLine(0)
    rows = np.frombuffer(frame.bits(0), np.uint8)[: stride * 48].reshape(48, stride)
    written = np.random.default_rng(0).integers(0, 255, (48, width, 4), dtype=np.uint8)
    rows[:, : 4 * width] = written.reshape(48, -1)
    frame.unmap()

    assert np.array_equal(decode_video_frame(frame), written[..., :3])


def test_a_frame_that_came_damaged_is_said_to_be() -> None:
    frame = QVideoFrame(QVideoFrameFormat(QSize(640, 48), QVideoFrameFormat.PixelFormat.Format_Jpeg))
    assert frame.isValid()
    with pytest.raises(FrameDamagedError):
        decode_video_frame(frame)


def test_a_camera_that_is_gone_is_said(qapp) -> None:
    ends: list[object] = []
    QtCamera(CameraInfo("nothing", "Gone")).start(lambda _frame: None, ends.append)

    assert isinstance(ends[0], CameraLostError)
