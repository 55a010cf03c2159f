"""What the user does with cameras, and videos that stand for one: start, stop, capture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.capture.camera import VIDEO_SUFFIXES, FrameSource
from app.ui.camera_picker import CameraPicker
from app.ui.canvas import Canvas
from app.ui.live_session import LiveSession
from app.ui.picture_browser import PictureBrowser
from app.ui.preferences import Preferences
from app.ui.wording import sentences


class LiveControl(QObject):
    """Gives the canvas to a live source, and back to the pictures once that has ended."""

    started = Signal(str)
    """The name of a source that now has the canvas."""
    changed = Signal()
    """A source was started or has ended."""
    said = Signal(str)
    """A line for the user."""

    def __init__(
        self,
        window: QWidget,
        session: LiveSession,
        picker: CameraPicker,
        canvas: Canvas,
        browser: PictureBrowser,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._picker = picker
        self._canvas = canvas
        self._browser = browser
        self._preferences = preferences
        session.ended.connect(self._take_end)

    def start_camera(self) -> None:
        """Start the camera that is chosen."""
        source = self._picker.open_chosen()
        if source is None:
            self.said.emit(
                sentences(
                    self.tr(
                        "No camera was found. Plug one in, or allow access to it in the system's privacy settings."
                    ),
                    self._picker.problem,
                )
            )
            return
        self._preferences.change(camera=self._picker.chosen_key)
        self.start(source)

    def ask_for_video(self) -> None:
        """Let the user choose a video to play as a camera."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES))
        file, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Play a video"), "", self.tr("Videos") + f" ({pattern})"
        )
        if file:
            self.play_video(Path(file))

    def play_video(self, path: Path) -> None:
        """Play a video as a camera."""
        try:
            from app.capture.qt_video import QtVideo
        except ImportError:
            self.said.emit(
                self.tr(
                    "Videos can't be played: Qt's media module does not load here. "
                    "On Debian and Ubuntu, install it with: {command}"
                ).format(command="sudo apt-get install libpulse0")
            )
            return
        self.start(QtVideo(path))

    def start(self, source: FrameSource) -> None:
        """Show a live source instead of pictures."""
        self._browser.leave_canvas()
        self._session.start(source, auto_capture=self._preferences.settings.auto_capture)
        self.changed.emit()
        self.started.emit(source.name)

    def stop(self) -> None:
        """Stop the live source, and show the last picture again."""
        if self._session.is_running:
            self._session.stop()
            self._leave()

    def capture(self) -> None:
        """Keep the cards in view."""
        if not self._session.capture():
            self.said.emit(self.tr("No card is in view. Hold one in front of the camera."))

    def freeze(self, is_frozen: bool) -> None:
        """Keep the frame that is shown, or go on."""
        self._session.set_frozen(is_frozen)

    def _take_end(self, reason: str) -> None:
        self._leave()
        self.said.emit(reason or self.tr("The video has ended."))

    def _leave(self) -> None:
        self._canvas.clear()
        self._browser.show_again()
        self.changed.emit()
