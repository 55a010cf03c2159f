"""The window's icons: line drawings in the colour of the text beside them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import Colours
from resources import ICONS_FOLDER

_SIZES_PX = (16, 20, 24, 32, 48, 64)
_FAINT = 0.4


def themed_icon(name: str, colours: Colours, *, on_accent: bool = False) -> QIcon:
    """The icon `name` for a theme; `on_accent` for the one button that has the accent's ground."""
    drawing = (ICONS_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    enabled = drawing.replace("currentColor", colours.accent_text if on_accent else colours.text)
    disabled = drawing.replace("currentColor", colours.text)
    icon = QIcon()
    for size_px in _SIZES_PX:
        icon.addPixmap(_draw(enabled, size_px), QIcon.Mode.Normal)
        icon.addPixmap(_draw(disabled, size_px, _FAINT), QIcon.Mode.Disabled)
    return icon


def application_icon() -> QIcon:
    """The program's own icon, the same in every theme."""
    return QIcon(str(ICONS_FOLDER / "cardlight.svg"))


def _draw(drawing: str, size_px: int, opacity: float = 1.0) -> QPixmap:
    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return pixmap
