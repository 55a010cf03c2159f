"""The one button of a screen that is the next thing to do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def make_primary(button: QWidget) -> None:
    """Give a button the accent's ground. The style sheet knows such buttons by the property `primary`."""
    button.setProperty("primary", True)
    button.style().unpolish(button)
    button.style().polish(button)
