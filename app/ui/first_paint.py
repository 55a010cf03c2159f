"""What can wait until the window is on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Calls back once its window was painted for the first time, and that is on the screen.

    A timer alone would not do: under X11 it fires before the system asks for the painting.
    """

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        """Watch a window that is about to be shown."""
        super().__init__(window)
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for the painting."""
        if event.type() is QEvent.Type.Paint:
            window.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False
