"""A question with its answers as buttons, which blocks no events."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget


class Question(QDialog):
    """Asks something. Whoever cancels, by Enter or Escape too, has answered nothing."""

    def __init__(self, parent: QWidget, text: str) -> None:
        """Ask `text`; answers are added, then it is opened."""
        super().__init__(parent)
        self.setWindowTitle("Cardlight")
        self.setAccessibleDescription(text)
        self.text = QLabel(text, self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox(self)
        cancel = self.buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setDefault(True)
        cancel.setFocus()
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(24)
        layout.addWidget(self.text)
        layout.addWidget(self.buttons)
        self.finished.connect(self.deleteLater)

    def add_answer(self, words: str, role: QDialogButtonBox.ButtonRole, deed: Callable[[], object]) -> QPushButton:
        """Add a button; pressed, it closes the question, then does its deed."""
        button = self.buttons.addButton(words, role)
        button.clicked.connect(self.accept)
        button.clicked.connect(lambda: deed())
        return button
