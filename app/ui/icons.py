"""The window's icons: line drawings in the colour of the text beside them, drawn when they are first seen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import Colours
from resources import ICONS_FOLDER

_FAINT = 0.4


def themed_icon(name: str, colours: Colours, *, on_accent: bool = False) -> QIcon:
    """The icon `name` for a theme; `on_accent` for the one button that has the accent's ground."""
    return QIcon(_DrawingEngine(name, colours.accent_text if on_accent else colours.text, colours.text))


def application_icon() -> QIcon:
    """The program's own icon, the same in every theme."""
    return QIcon(str(ICONS_FOLDER / "cardlight.svg"))


class _DrawingEngine(QIconEngine):
    """Draws an icon at the size that is asked for. Most are in menus, and never seen."""

    def __init__(self, name: str, enabled: str, disabled: str) -> None:
        super().__init__()
        self._name = name
        self._enabled, self._disabled = enabled, disabled
        self._made: dict[tuple[int, int, bool], QPixmap] = {}

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """The icon in so many pixels."""
        is_disabled = mode is QIcon.Mode.Disabled
        key = (size.width(), size.height(), is_disabled)
        if key not in self._made:
            self._made[key] = self._draw(size, is_disabled=is_disabled)
        return self._made[key]

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon where it belongs."""
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

    def clone(self) -> QIconEngine:
        """Another one that draws the same."""
        return _DrawingEngine(self._name, self._enabled, self._disabled)

    def _draw(self, size: QSize, *, is_disabled: bool) -> QPixmap:
        colour = self._disabled if is_disabled else self._enabled
        drawing = (ICONS_FOLDER / f"{self._name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setOpacity(_FAINT if is_disabled else 1.0)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        return pixmap
