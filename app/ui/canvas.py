"""The area that shows a picture with its outlines: fitted, zoomed, moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.ui.display_image import DisplayImage
from app.ui.outlines import Outline, draw_outline, outline_polygon
from app.ui.translation import Retranslating
from app.ui.viewport import ZOOM_STEP, Viewport

_WHEEL_NOTCH = 120.0
_PAN_STEP_PX = 48.0
_ARROWS = {
    Qt.Key.Key_Left: QPointF(_PAN_STEP_PX, 0),
    Qt.Key.Key_Right: QPointF(-_PAN_STEP_PX, 0),
    Qt.Key.Key_Up: QPointF(0, _PAN_STEP_PX),
    Qt.Key.Key_Down: QPointF(0, -_PAN_STEP_PX),
}


class CanvasTool(Protocol):
    """Something that draws on the canvas and takes its mouse and keys first. Positions are in widget pixels."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw over the picture."""
        ...

    def press(self, position: QPointF, viewport: Viewport) -> bool:
        """The left button goes down; True where the tool takes it."""
        ...

    def move(self, position: QPointF, viewport: Viewport) -> None:
        """The mouse moves, with or without a button."""
        ...

    def release(self) -> None:
        """The button goes up."""
        ...

    def key(self, event: QKeyEvent) -> bool:
        """A key goes down; True where the tool takes it."""
        ...

    def cursor(self, position: QPointF, viewport: Viewport) -> Qt.CursorShape | None:
        """The pointer's shape there; None for the canvas's own."""
        ...

    def reach(self) -> QRectF:
        """Where its things lie, in pixels of the picture and partly outside it."""
        ...


class Canvas(Retranslating, QWidget):
    """Shows one picture. Drawing costs a copy of what is seen, however large the picture is."""

    painted = Signal()
    outline_clicked = Signal(int)
    outline_activated = Signal(int)
    enter_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: DisplayImage | None = None
        self._fitted_size: QSize | None = None
        self._outlines: tuple[Outline, ...] = ()
        self._tool: CanvasTool | None = None
        self._dragged_from: QPointF | None = None
        self._is_dragging = False
        self._viewport = Viewport(QSizeF(1, 1), QSizeF(1, 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.retranslate()

    def retranslate(self) -> None:
        """Say to screen readers what this is, and its keys."""
        self.setAccessibleName(self.tr("Picture"))
        self.setAccessibleDescription(self.tr("Plus and minus zoom, arrow keys move, 0 fits the picture."))

    @property
    def viewport(self) -> Viewport:
        """Where the picture lies."""
        return self._viewport

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """What is drawn over the picture."""
        return self._outlines

    def show_picture(
        self, picture: DisplayImage, outlines: Sequence[Outline] = (), *, is_mirrored: bool = False
    ) -> None:
        """Show a picture. One of another size is fitted anew; a frame of the same size stays as it was zoomed."""
        is_new_size = self._fitted_size != picture.size
        self._picture = picture
        self._fitted_size = picture.size
        self._outlines = tuple(outlines)
        self._viewport.picture = QSizeF(picture.size)
        self._viewport.is_mirrored = is_mirrored
        if self._tool:
            self._viewport.reach = self._tool.reach()
        if is_new_size:
            self.fit()
        self.update()

    def show_outlines(self, outlines: Sequence[Outline]) -> None:
        """Replace what is drawn over the picture."""
        self._outlines = tuple(outlines)
        self.update()

    def clear(self) -> None:
        """Show nothing; whatever is shown next is fitted anew."""
        self.hide_picture()
        self._fitted_size = None

    def hide_picture(self) -> None:
        """Show nothing for now; a picture of the same size will be zoomed as this one was."""
        self._picture = None
        self._outlines = ()
        self.update()

    def set_tool(self, tool: CanvasTool) -> None:
        """Let a tool draw and take mouse and keys."""
        self._tool = tool

    def picture_room(self) -> QSize:
        """How many pixels of the screen the picture covers, seen or not."""
        return (self._viewport.picture_rect().size() * self.devicePixelRatio()).toSize()

    def fit(self) -> None:
        """Show the whole picture."""
        self._viewport.resize(QSizeF(self.size()))
        self._viewport.fit()
        self.update()

    def zoom_in(self) -> None:
        """Zoom in on the middle."""
        self._zoom(ZOOM_STEP, QPointF(self.rect().center()))

    def zoom_out(self) -> None:
        """Zoom out from the middle."""
        self._zoom(1 / ZOOM_STEP, QPointF(self.rect().center()))

    def _zoom(self, factor: float, around: QPointF) -> None:
        if self._picture:
            self._viewport.zoom(factor, around)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, picture, outlines and tool."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Dark))
        if self._picture:
            self._paint_picture(painter, self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            transform = self._viewport.transform()
            for outline in self._outlines:
                draw_outline(painter, outline, transform)
            if self._tool:
                self._tool.paint(painter, self._viewport)
        painter.end()
        self.painted.emit()

    def _paint_picture(self, painter: QPainter, picture: DisplayImage) -> None:
        level = picture.level_for(self._viewport.scale * self.devicePixelRatio())
        is_one_to_one = abs(level.width() - self._viewport.picture_rect().width() * self.devicePixelRatio()) < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_one_to_one and self._viewport.scale < 4)
        painter.save()
        if self._viewport.is_mirrored:
            middle = self._viewport.picture_rect().center().x()
            painter.translate(2 * middle, 0)
            painter.scale(-1, 1)
        painter.drawImage(self._viewport.picture_rect(), level)
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the picture where it belongs."""
        self._viewport.resize(QSizeF(event.size()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom around the pointer."""
        self._zoom(ZOOM_STEP ** (event.angleDelta().y() / _WHEEL_NOTCH), event.position())
        event.accept()

    def event(self, event: object) -> bool:
        """Zoom by a touch pad's pinch, too."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom(1 + event.value(), event.position())
            return True
        return super().event(event)  # type: ignore[arg-type]

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let the tool have it, or begin to move the picture."""
        if self._picture is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and self._tool and self._tool.press(event.position(), self._viewport):
            self.update()
            return
        self._dragged_from = event.position()
        index = self._outline_at(event.position())
        if is_left and index is not None:
            self.outline_clicked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the picture, or let the tool have it."""
        if self._dragged_from is not None:
            way = event.position() - self._dragged_from
            if not self._is_dragging and way.manhattanLength() < QApplication.startDragDistance():
                return  # a click, by a hand that is not quite still
            self._is_dragging = True
            self._viewport.pan(way)
            self._dragged_from = event.position()
        elif self._tool and self._picture:
            self._tool.move(event.position(), self._viewport)
        else:
            return
        self._show_cursor(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End of a move."""
        if self._tool and self._dragged_from is None:
            self._tool.release()
            self._follow_reach()
        self._dragged_from = None
        self._is_dragging = False
        self._show_cursor(event.position())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the card that was clicked; elsewhere, fit."""
        index = self._outline_at(event.position())
        if index is not None:
            self.outline_activated.emit(index)
        elif self._tool is None:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Zoom and move by keys; Enter is for whoever knows what to do with the picture."""
        if self._tool and self._picture and self._tool.key(event):
            self._follow_reach()
            self.update()
            return
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is not None and self._picture:
            self._viewport.pan(step)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter_pressed.emit()
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def _follow_reach(self) -> None:
        """Fit again where the tool's things have come to lie farther out, unless the user looks at a part."""
        if self._tool and self._viewport.reach != self._tool.reach():
            self._viewport.reach = self._tool.reach()
            if self._viewport.is_fitted:
                self._viewport.fit()

    def _outline_at(self, position: QPointF) -> int | None:
        """The uppermost outline whose card is there."""
        transform = self._viewport.transform()
        for index in range(len(self._outlines) - 1, -1, -1):
            if outline_polygon(self._outlines[index], transform).containsPoint(position, Qt.FillRule.OddEvenFill):
                return index
        return None

    def _show_cursor(self, position: QPointF) -> None:
        shape = self._tool.cursor(position, self._viewport) if self._tool and self._picture else None
        if self._dragged_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        self.setCursor(QCursor(shape or Qt.CursorShape.ArrowCursor))
