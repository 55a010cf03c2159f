"""Long work in the status bar: what it is, how far it is, and a way to end it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class JobIndicator(QWidget):
    """Hidden while nothing goes on."""

    def __init__(self, cancel: QAction, parent: QWidget | None = None) -> None:
        """Make it, hidden. `cancel` is shown as its button; this gives it its meaning while a job runs."""
        super().__init__(parent)
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._on_cancel: Callable[[], None] | None = None
        button = QToolButton(self)
        button.setDefaultAction(cancel)
        cancel.triggered.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self._bar)
        row.addWidget(button)
        self.hide()

    def show_progress(self, title: str, done: int, total: int, on_cancel: Callable[[], None]) -> None:
        """Show how far a job is."""
        self._label.setText(title)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(title)
        self._on_cancel = on_cancel
        self.show()

    def finish(self) -> None:
        """The job is over."""
        self._on_cancel = None
        self.hide()

    def _cancel(self) -> None:
        if self._on_cancel:
            self._on_cancel()
