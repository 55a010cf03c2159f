"""A line above the picture that says what happened and what to do, until it is closed or time has passed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
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
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # it may hold the name of anybody's file
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._answers = (QPushButton(self), QPushButton(self))
        self._deeds: list[Callable[[], None] | None] = [None, None]
        self._answers[0].clicked.connect(lambda: self._take_answer(0))
        self._answers[1].clicked.connect(lambda: self._take_answer(1))
        close_button = QToolButton(self)
        close_button.setDefaultAction(close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._text, 1)
        for button in self._answers:
            row.addWidget(button)
        row.addWidget(close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_notice(
        self,
        text: str,
        answer: str = "",
        on_answer: Callable[[], None] | None = None,
        other_answer: str = "",
        on_other_answer: Callable[[], None] | None = None,
    ) -> None:
        """Say something. With answers there are buttons for them, and the notice stays until it is dealt with."""
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._deeds = [on_answer, on_other_answer]
        for button, words in zip(self._answers, (answer, other_answer), strict=True):
            button.setText(words)
            button.setVisible(bool(words))
        self.show()
        if answer:
            self._timer.stop()
        else:
            self._timer.start(_SHOWN_FOR_MS)

    def _take_answer(self, index: int) -> None:
        self.hide()
        deed = self._deeds[index]
        if deed:
            deed()
