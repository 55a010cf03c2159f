"""Long work in the status bar: what it is, how far it is, and a button, such as one to end it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


class JobIndicator(QWidget):
    """Hidden while nothing goes on."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        """Make it, hidden. `action` is shown as its button; each job may say what else the button is to do."""
        super().__init__(parent)
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._on_button: Callable[[], None] | None = None
        button = QToolButton(self)
        button.setDefaultAction(action)
        action.triggered.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self._bar)
        row.addWidget(button)
        self.hide()

    def show_progress(self, title: str, done: int, total: int, on_button: Callable[[], None] | None = None) -> None:
        """Show how far a job is; of a `total` of 0, that it goes on."""
        self._label.setText(title)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(title)
        self._on_button = on_button
        self.show()

    def finish(self) -> None:
        """The job is over."""
        self._on_button = None
        self.hide()

    def _press(self) -> None:
        if self._on_button:
            self._on_button()
