"""The line at the window's foot: live numbers, what is kept where, the device, and the job that goes on."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.ui.job_indicator import JobIndicator


class StatusBar(QStatusBar):
    """Shows; it knows nothing of where its texts come from."""

    def __init__(self, cancel_job: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._text = QLabel(self)
        self._text.setContentsMargins(16, 4, 8, 4)
        self._device = QLabel(self)
        self._device.setContentsMargins(8, 4, 16, 4)
        self.job = JobIndicator(cancel_job, self)
        self.addWidget(self._text, 1)
        self.addPermanentWidget(self.job)
        self.addPermanentWidget(self._device)

    @property
    def text(self) -> str:
        """What it says on the left."""
        return self._text.text()

    def show_text(self, text: str) -> None:
        """Say something on the left."""
        if text != self._text.text():
            self._text.setText(text)

    def show_device(self, text: str) -> None:
        """Say what cards are looked for on."""
        self._device.setText(text)
