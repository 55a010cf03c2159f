"""A line above the picture that says what happened and what to do, until it is closed or time has passed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

_SHOWN_FOR_MS = 12_000


class NoticeBar(QFrame):
    """Shows one notice at a time; a later one takes its place."""

    def __init__(self, close: QAction, parent: QWidget | None = None) -> None:
        """Make it, hidden. `close` is shown as the button that hides it."""
        super().__init__(parent)
        self.setObjectName("notice")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._answer = QPushButton(self)
        self._on_answer: Callable[[], None] | None = None
        self._answer.clicked.connect(self._take_answer)
        close_button = QToolButton(self)
        close_button.setDefaultAction(close)
        close_button.setAccessibleName(self.tr("Close this notice"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._text, 1)
        row.addWidget(self._answer)
        row.addWidget(close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_notice(self, text: str, answer: str = "", on_answer: Callable[[], None] | None = None) -> None:
        """Say something. With an `answer` there is a button for it, and the notice stays until it is dealt with."""
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._answer.setText(answer)
        self._answer.setVisible(bool(answer))
        self._on_answer = on_answer
        self.show()
        if answer:
            self._timer.stop()
        else:
            self._timer.start(_SHOWN_FOR_MS)

    def _take_answer(self) -> None:
        self.hide()
        if self._on_answer:
            self._on_answer()
