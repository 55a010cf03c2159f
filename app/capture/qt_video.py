"""A video file that stands for a camera, through Qt's multimedia module: for trying the program, and for its tests.

Importing this fails where a library of the system is missing (on Linux, libpulse.so.0).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

from app.capture.camera import CameraError, VideoUnreadableError
from app.capture.frames import CameraFrame
from app.capture.qt_camera import decode_video_frame


class QtVideo(QObject):
    """Plays a video at its own speed, without its sound. Make, start and stop it on the window's thread."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._player: QMediaPlayer | None = None
        self._number = 0

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        """Begin to play."""
        self._deliver, self._on_end = deliver, on_end
        self._player, self._sink = QMediaPlayer(self), QVideoSink(self)
        self._player.setVideoSink(self._sink)
        # Queued: called on the player's thread, it would wait for the interpreter's lock, and whoever stops the
        # player, with the lock, for that thread.
        self._sink.videoFrameChanged.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._player.mediaStatusChanged.connect(self._notice)
        self._player.errorOccurred.connect(self._fail)
        self._player.setSource(QUrl.fromLocalFile(str(self._path)))
        self._player.play()

    def stop(self) -> None:
        """End, and let the file go."""
        player, self._player = self._player, None
        if player:
            self._sink.videoFrameChanged.disconnect(self._take)
            player.stop()
            player.setSource(QUrl())

    def _take(self, frame: QVideoFrame) -> None:
        if self._player and frame.isValid():
            kept = QVideoFrame(frame)
            self._deliver(CameraFrame(self._number, time.perf_counter(), lambda: decode_video_frame(kept)))
            self._number += 1

    def _notice(self, status: QMediaPlayer.MediaStatus) -> None:
        if status is QMediaPlayer.MediaStatus.EndOfMedia:
            self._end(None)

    def _fail(self, _error: QMediaPlayer.Error, _text: str) -> None:
        self._end(VideoUnreadableError())

    def _end(self, reason: CameraError | None) -> None:
        if self._player:
            self.stop()
            self._on_end(reason)
