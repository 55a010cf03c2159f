"""Live scanning on the canvas: frames, outlines with their states, and the numbers of the status bar."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QObject, Signal

from app.live.auto_capture import CardState
from app.live.pipeline import LiveCard
from app.live.rates import DurationMeter
from app.ui.canvas import Canvas
from app.ui.live_session import LiveFrame, LiveSession
from app.ui.outlines import Outline, OutlineColour
from app.ui.wording import state_text

_COLOURS = {
    CardState.SEARCHING: OutlineColour.PLAIN,
    CardState.HOLD_STEADY: OutlineColour.WAIT,
    CardState.TOO_BLURRED: OutlineColour.WAIT,
    CardState.READY: OutlineColour.SELECTED,
    CardState.CAPTURED: OutlineColour.GOOD,
}

_TOLD_EVERY_S = 0.25  # nobody reads numbers that change with every frame


class LiveView(QObject):
    """Draws what the live session gives, and measures how late it is on the screen."""

    numbers_changed = Signal(str)

    def __init__(self, parent: QObject, session: LiveSession, canvas: Canvas) -> None:
        super().__init__(parent)
        self.is_mirrored = False
        self.latency = DurationMeter()
        self._session = session
        self._canvas = canvas
        self._drawn: LiveFrame | None = None
        self._told_s = -math.inf
        session.frame_arrived.connect(self._show)
        canvas.painted.connect(self._note_painted)

    def _show(self, frame: LiveFrame) -> None:
        self._drawn = frame
        outlines = [_outline(card) for card in frame.update.cards]
        self._canvas.show_picture(frame.display, outlines, is_mirrored=self.is_mirrored)
        self._session.room = self._canvas.picture_room()

    def _note_painted(self) -> None:
        frame, self._drawn = self._drawn, None
        if frame is None:
            return
        now_s = time.perf_counter()
        self.latency.add(now_s - frame.update.captured_at_s)
        if now_s - self._told_s < _TOLD_EVERY_S:
            return
        self._told_s = now_s
        numbers = frame.update.numbers
        self.numbers_changed.emit(
            self.tr(
                "{camera:.0f} FPS camera · {detector:.0f} FPS detector · {latency:.0f} ms · {dropped} dropped"
            ).format(
                camera=numbers.camera_fps,
                detector=numbers.detector_fps,
                latency=self.latency.percentile_ms(50),
                dropped=numbers.dropped,
            )
        )


def _outline(card: LiveCard) -> Outline:
    progress = card.countdown if card.state is CardState.READY else 0.0
    return Outline(card.quad, _COLOURS[card.state], state_text(card.state), progress)
