"""A live source in the window: runs the pipeline, and hands its frames over one at a time, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, Signal

from app.capture.camera import CameraError, FrameSource
from app.detecting import CardDetector
from app.live.mailbox import Mailbox
from app.live.pipeline import LivePipeline, LiveUpdate
from app.ui.display_image import DisplayImage, display_frame
from app.ui.reasons import reason_text
from detector import Detection, DetectorError
from detector.geometry import Image


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """A frame with all that is known of it, ready to be drawn."""

    update: LiveUpdate
    display: DisplayImage


@dataclass(frozen=True, slots=True, eq=False)
class LiveCapture:
    """Cards that are to be kept, in the frame they were found in."""

    image: Image
    detections: tuple[Detection, ...]


class LiveSession(QObject):
    """Starts and stops live scanning. Its signals come on the window's thread.

    A frame that the window has no time for is replaced by the next one; a capture never is.
    """

    started = Signal()
    frame_arrived = Signal(object)
    captured = Signal(object)
    ended = Signal(str)

    _woken = Signal()
    _due = Signal(object)
    _source_ended = Signal(object, object)

    def __init__(self, parent: QObject, load_detector: Callable[[], CardDetector]) -> None:
        """Use detectors that `load_detector` gives, one for each run."""
        super().__init__(parent)
        self.room = QSize(1280, 720)
        self._is_frozen = False
        self._wants_auto_capture = False
        self._load_detector = load_detector
        self._pipeline: LivePipeline | None = None
        self._ending: list[LivePipeline] = []
        self._shown: LiveFrame | None = None
        self._slot: Mailbox[LiveFrame] = Mailbox()
        self._woken.connect(self._take_frame, Qt.ConnectionType.QueuedConnection)
        self._due.connect(self.captured, Qt.ConnectionType.QueuedConnection)
        self._source_ended.connect(self._take_end, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether a source is running."""
        return self._pipeline is not None

    @property
    def shown(self) -> LiveFrame | None:
        """The frame that is on the screen."""
        return self._shown

    def start(self, source: FrameSource, *, auto_capture: bool) -> None:
        """Run a source; one that is running is stopped first."""
        self.stop()
        self._is_frozen = False
        self._wants_auto_capture = auto_capture
        self._slot = Mailbox()
        slot = self._slot
        pipeline = LivePipeline(
            source,
            self._load_detector,
            lambda update: self._publish(slot, update),
            lambda reason: self._source_ended.emit(slot, reason),
            auto_capture=auto_capture,
        )
        self._pipeline = pipeline
        pipeline.start()
        self.started.emit()

    def stop(self) -> None:
        """Stop; the last frame is forgotten."""
        pipeline, self._pipeline = self._pipeline, None
        self._slot.close()
        self._shown = None
        if pipeline:
            pipeline.stop()
            self._ending = [*(one for one in self._ending if one.is_alive), pipeline]

    def close(self) -> None:
        """Stop, and wait a little for the threads: the program is about to end."""
        self.stop()
        for pipeline in self._ending:
            pipeline.wait()

    def set_auto_capture(self, enabled: bool) -> None:
        """Switch auto-capture."""
        self._wants_auto_capture = enabled
        self._follow_switches()

    def set_frozen(self, is_frozen: bool) -> None:
        """Keep the frame on the screen, or go on. What is not seen is not captured by itself."""
        self._is_frozen = is_frozen
        self._follow_switches()

    def _follow_switches(self) -> None:
        if self._pipeline:
            self._pipeline.set_auto_capture(self._wants_auto_capture and not self._is_frozen)

    def capture(self) -> bool:
        """Keep all cards of the frame on the screen; False where there are none."""
        if self._shown is None or self._pipeline is None:
            return False
        seen = [card for card in self._shown.update.cards if card.is_seen]
        if not seen:
            return False
        self._pipeline.mark_captured({card.key for card in seen})
        self.captured.emit(LiveCapture(self._shown.update.image, tuple(card.detection for card in seen)))
        return True

    def _publish(self, slot: Mailbox[LiveFrame], update: LiveUpdate) -> None:
        """On the inference thread."""
        if update.due:
            self._due.emit(LiveCapture(update.image, update.due))
        if not self._is_frozen and slot.put(LiveFrame(update, display_frame(update.image, self.room))):
            self._woken.emit()

    def _take_frame(self) -> None:
        frame = self._slot.take_now()
        if frame is not None and self._pipeline is not None:
            self._shown = frame
            self.frame_arrived.emit(frame)

    def _take_end(self, slot: Mailbox[LiveFrame], reason: CameraError | DetectorError | None) -> None:
        if slot is self._slot and self._pipeline is not None:
            self.stop()
            self.ended.emit("" if reason is None else reason_text(str(reason)))
