"""Tells whoever started the program when its window was painted, and when its first card was: `bench --start` asks."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, QTimer

from app.ui.first_paint import FirstPaint
from app.ui.main_window import MainWindow

VARIABLE = "CARDLIGHT_REPORT_START"
"""The report is made where this variable of the environment is set."""
WINDOW, CARD = "window painted", "card painted"
"""The lines of the report, on standard output, each as soon as it is so. The window closes after the last one."""


def report_start_if_asked(window: MainWindow) -> None:
    """Watch a window that is about to be shown."""
    if os.environ.get(VARIABLE):
        _StartReport(window)


class _StartReport(QObject):
    """Lives as long as the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        FirstPaint(window, lambda: print(WINDOW, flush=True))
        window.canvas.painted.connect(self._note_canvas)

    def _note_canvas(self) -> None:
        if self._window.canvas.outlines:
            self._window.canvas.painted.disconnect(self._note_canvas)
            QTimer.singleShot(0, self._end)

    def _end(self) -> None:
        print(CARD, flush=True)
        self._window.close()
