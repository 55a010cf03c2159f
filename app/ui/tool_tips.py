"""Tool tips that hold somebody's file name."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tool_tip(text: str) -> str:
    """A text that a tool tip does not take for HTML."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
