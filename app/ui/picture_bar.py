"""The bar below the canvas: which picture it is, the way to the others, and the zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget


class PictureBar(QFrame):
    """Buttons on the left and right, the picture's name between them."""

    def __init__(self, left: Sequence[QAction], right: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pageBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        for action in left:
            row.addWidget(_button(action, self))
        self._name = QLabel(self)
        self._name.setObjectName("muted")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setMinimumWidth(0)
        row.addSpacing(4)
        row.addWidget(self._name, 1)
        for action in right:
            row.addWidget(_button(action, self))

    def show_name(self, name: str) -> None:
        """Say what is on the canvas."""
        self._name.setText(name)


def _button(action: QAction, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text())
    return button
