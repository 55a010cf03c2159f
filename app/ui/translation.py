"""How texts are marked for Qt's lupdate, looked up, and shown again when the window's language changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Widget
else:
    _Widget = object

translate = QCoreApplication.translate
"""`translate(context, text)`: a text in the language of the window. Objects of Qt have `self.tr(text)` for it."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 (lupdate knows it by this name)
    """Mark a text that is translated later, by `translate` with the same context. Qt's own one has no types."""
    return text


class Retranslating(_Widget):
    """Put before the widget's class: `retranslate` is called after each change of the language.

    For widgets that stay open. They call it themselves when they are made.
    """

    def retranslate(self) -> None:
        """Show every text anew that depends on the language."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the language."""
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
