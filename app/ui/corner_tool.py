"""The handles of the corner editor on the canvas, with the loupe that magnifies what is under the one that is moved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen

from app.session.corner_edit import CornerEdit
from app.ui.display_image import DisplayImage
from app.ui.outlines import Outline, OutlineColour, draw_outline
from app.ui.viewport import Viewport

_GRAB_PX = 18.0
_CORNER_PX = 8.0
_EDGE_PX = 6.0
_LOUPE_PX = 152.0
_LOUPE_GAP_PX = 24.0
_LOUPE_ZOOM = 4.0
_RIM = QColor(12, 16, 22, 215)
_STEPS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_BIG_STEP_PX = 10.0
_SMALL_STEP_PX = 0.25


class CornerTool:
    """Moves the handles of a `CornerEdit` by mouse and keys."""

    def __init__(self, edit: CornerEdit, display: DisplayImage, on_change: Callable[[], None]) -> None:
        self._edit = edit
        self._display = display
        self._on_change = on_change
        self._held: int | None = None
        self._grabbed_at = QPointF()
        self._shows_loupe = False

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw outline, handles and loupe."""
        transform = viewport.transform()
        draw_outline(painter, Outline(self._edit.quad, OutlineColour.SELECTED), transform)
        for index in range(7, -1, -1):
            place = transform.map(_point(self._edit, index))
            radius = _CORNER_PX if index < 4 else _EDGE_PX
            is_selected = index == self._edit.selected
            painter.setPen(QPen(_RIM, 2))
            painter.setBrush(QColor(255, 209, 102) if is_selected else QColor(255, 255, 255))
            if index < 4:
                painter.drawEllipse(place, radius, radius)
            else:
                painter.drawRoundedRect(QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius), 3, 3)
        _draw_start(painter, transform.map(_point(self._edit, 0)))
        if self._shows_loupe:
            self._paint_loupe(painter, viewport)

    def press(self, position: QPointF, viewport: Viewport) -> bool:
        """Take the handle that is there."""
        index = self._handle_at(position, viewport)
        if index is None:
            return False
        self._edit.end_step()
        self._held = self._edit.selected = index
        self._grabbed_at = viewport.to_picture(position) - _point(self._edit, index)
        self._shows_loupe = True
        return True

    def move(self, position: QPointF, viewport: Viewport) -> None:
        """Move the handle that is held."""
        if self._held is not None:
            target = viewport.to_picture(position) - self._grabbed_at
            if self._edit.move_to(self._held, target.x(), target.y()):
                self._on_change()

    def release(self) -> None:
        """Let go."""
        self._held = None
        self._shows_loupe = False

    def key(self, event: QKeyEvent) -> bool:
        """Arrows nudge by a pixel, with Shift by ten, with Alt by a quarter; Tab goes to the next handle."""
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._edit.selected = (self._edit.selected + (1 if event.key() == Qt.Key.Key_Tab else -1)) % 8
            self._shows_loupe = True
            return True
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            return False
        if not event.isAutoRepeat():
            self._edit.end_step()
        size = 1.0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            size = _BIG_STEP_PX
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            size = _SMALL_STEP_PX
        if self._edit.nudge(self._edit.selected, step[0] * size, step[1] * size):
            self._shows_loupe = True
            self._on_change()
        return True

    def cursor(self, position: QPointF, viewport: Viewport) -> Qt.CursorShape | None:
        """A cross over handles."""
        is_over = self._held is not None or self._handle_at(position, viewport) is not None
        return Qt.CursorShape.CrossCursor if is_over else Qt.CursorShape.OpenHandCursor

    def reach(self) -> QRectF:
        """The outline's box: corners of a card that is cut off lie outside the picture."""
        (left, top), (right, bottom) = self._edit.quad.min(axis=0).tolist(), self._edit.quad.max(axis=0).tolist()
        return QRectF(left, top, right - left, bottom - top)

    def _handle_at(self, position: QPointF, viewport: Viewport) -> int | None:
        place = viewport.to_picture(position)
        return self._edit.nearest_handle(place.x(), place.y(), _GRAB_PX / viewport.scale)

    def _paint_loupe(self, painter: QPainter, viewport: Viewport) -> None:
        """A round magnifier beside the handle, on the side where there is room."""
        place = _point(self._edit, self._edit.selected)
        on_widget = viewport.transform().map(place)
        frame = QRectF(0, 0, _LOUPE_PX, _LOUPE_PX)
        frame.moveCenter(on_widget + QPointF(0, -(_LOUPE_PX / 2 + _LOUPE_GAP_PX)))
        if frame.top() < 0:
            frame.moveCenter(on_widget + QPointF(0, _LOUPE_PX / 2 + _LOUPE_GAP_PX))
        frame.moveLeft(min(max(frame.left(), 4.0), viewport.widget.width() - _LOUPE_PX - 4))
        path = QPainterPath()
        path.addEllipse(frame)
        painter.save()
        painter.setClipPath(path)
        painter.fillPath(path, QColor(0, 0, 0))
        zoom = max(_LOUPE_ZOOM, viewport.scale * 2)
        seen = QRectF(0, 0, _LOUPE_PX / zoom, _LOUPE_PX / zoom)
        seen.moveCenter(place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(frame, self._display.levels[0], seen)
        painter.setPen(QPen(QColor(255, 255, 255, 220), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = frame.center()
        corners = [middle + (_point(self._edit, index) - place) * zoom for index in range(4)]
        painter.drawPolygon(corners)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((_RIM, 4.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(frame)
        painter.drawLine(middle - QPointF(6, 0), middle + QPointF(6, 0))
        painter.drawLine(middle - QPointF(0, 6), middle + QPointF(0, 6))


def _point(edit: CornerEdit, index: int) -> QPointF:
    x, y = edit.handle(index)
    return QPointF(float(x), float(y))


def _draw_start(painter: QPainter, place: QPointF) -> None:
    """A dot in the handle at the content's top-left, so that it is seen which way is up."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(26, 102, 221))
    painter.drawEllipse(place, 3.5, 3.5)
