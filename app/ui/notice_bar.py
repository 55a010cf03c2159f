"""A line above the picture that says what happened and what to do, until it is closed or time has passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

_SHOWN_FOR_MS = 12_000
_WAITS_FOR_MOUSE_MS = 500

Answer = tuple[str, Callable[[], None]]
"""The words of a button, and what it does."""


@dataclass(frozen=True, slots=True)
class _Notice:
    text: str
    answers: tuple[Answer, ...]
    must_be_answered: bool
    topic: object | None


class NoticeBar(QFrame):
    """Shows one notice at a time. A later one takes its place, or waits for it to be answered where it must be."""

    def __init__(self, close: QAction, parent: QWidget | None = None) -> None:
        """Make it, hidden. `close` is shown as the button that hides it."""
        super().__init__(parent)
        self.setObjectName("notice")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # it may hold the name of anybody's file
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._shown: _Notice | None = None
        self._waiting: list[_Notice] = []
        self._buttons = (QPushButton(self), QPushButton(self))
        self._buttons[0].clicked.connect(lambda: self._take_answer(0))
        self._buttons[1].clicked.connect(lambda: self._take_answer(1))
        close_button = QToolButton(self)
        close_button.setDefaultAction(close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(self._text, 1)
        for button in self._buttons:
            row.addWidget(button)
        row.addWidget(close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_notice(
        self, text: str, *answers: Answer, must_be_answered: bool = False, topic: object | None = None
    ) -> None:
        """Say something. With answers, at most two, there are buttons for them, and it stays until it is dealt with.

        Of several on one topic that would wait, only the last does, in the place of the first.
        """
        notice = _Notice(text, answers, must_be_answered, topic)
        if self._shown and self._shown.must_be_answered:
            self._wait(notice)
        else:
            self._show(notice)

    def close_notice(self) -> None:
        """Show the one that waits, or none."""
        self._shown = None
        self._timer.stop()
        if self._waiting:
            self._show(self._waiting.pop(0))
        else:
            self.hide()

    def _wait(self, notice: _Notice) -> None:
        for place, earlier in enumerate(self._waiting):
            if notice.topic is not None and earlier.topic is notice.topic:
                self._waiting[place] = notice
                return
        self._waiting.append(notice)

    def _show(self, notice: _Notice) -> None:
        self._shown = notice
        self._text.setText(notice.text)
        self._text.setAccessibleName(notice.text)
        for button, answer in zip_longest(self._buttons, notice.answers):
            button.setText(answer[0] if answer else "")
            button.setVisible(bool(answer))
        self.show()
        if notice.answers:
            self._timer.stop()
        else:
            self._timer.start(_SHOWN_FOR_MS)

    def _end(self) -> None:
        """Its time is over; but the picture below it moves as it goes, and must not do so under a drag."""
        if QGuiApplication.mouseButtons() is Qt.MouseButton.NoButton:
            self.close_notice()
        else:
            self._timer.start(_WAITS_FOR_MOUSE_MS)

    def _take_answer(self, index: int) -> None:
        notice = self._shown
        self.close_notice()
        if notice:
            notice.answers[index][1]()
