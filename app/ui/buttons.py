"""The one button of a screen that is the next thing to do, and the keys that press buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget


def make_primary(button: QWidget) -> None:
    """Give a button the accent's ground. The style sheet knows such buttons by the property `primary`."""
    button.setProperty("primary", True)
    button.style().unpolish(button)
    button.style().polish(button)


def offer_key(focused: QWidget | None, event: QKeyEvent) -> bool:
    """Let the button that has the focus have Space and Enter; False where they are for the window.

    Qt itself prefers a shortcut to a button's Space, and knows Enter on the buttons of dialogs only.
    """
    if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Space:
        return isinstance(focused, QAbstractButton | QComboBox)
    is_enter = event.type() is QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    if not is_enter or not isinstance(focused, QAbstractButton):
        return False
    if not event.isAutoRepeat():
        focused.click()
    return True
