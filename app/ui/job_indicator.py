"""Long work in the status bar: what it is, how far it is, and a button, such as one to end it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a job is."""

    title: str
    done: int
    total: int
    on_button: Callable[[], None] | None


class JobIndicator(QWidget):
    """Shows the job that moved last of those that go on; hidden while there is none."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        """Make it, hidden. `action` is shown as its button; each job may say what else the button is to do."""
        super().__init__(parent)
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._jobs: dict[object, _Progress] = {}
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

    def show_progress(
        self, job: object, title: str, done: int, total: int, on_button: Callable[[], None] | None = None
    ) -> None:
        """Show how far a job, which is known by whoever does it, is; of a `total` of 0, that it goes on."""
        self._jobs.pop(job, None)
        self._jobs[job] = _Progress(title, done, total, on_button)
        self._show_last()

    def finish(self, job: object) -> None:
        """The job is over, if it was one."""
        self._jobs.pop(job, None)
        self._show_last()

    def _show_last(self) -> None:
        shown = self._last()
        if shown:
            self._label.setText(shown.title)
            self._bar.setRange(0, shown.total)
            self._bar.setValue(shown.done)
            self._bar.setAccessibleName(shown.title)
        self.setVisible(shown is not None)

    def _press(self) -> None:
        shown = self._last()
        if shown and shown.on_button:
            shown.on_button()

    def _last(self) -> _Progress | None:
        return next(reversed(self._jobs.values()), None)
