"""Outlines of cards, drawn so that they show on any picture: a light line with a dark rim."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from detector.geometry import FloatArray

_RIM = QColor(12, 16, 22, 215)
_LABEL_GROUND = QColor(12, 16, 22, 225)
_LABEL_TEXT = QColor(255, 255, 255)
_LINE_PX = 2.5
_RIM_PX = 5.5
_DOT_PX = 5.0


class OutlineColour(Enum):
    """What an outline's colour says. Each is light enough for 3 to 1 on its own rim."""

    PLAIN = QColor(255, 255, 255)
    SELECTED = QColor(96, 165, 250)
    WAIT = QColor(255, 209, 102)
    GOOD = QColor(110, 231, 150)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A card's outline on the canvas.

    Attributes:
        quad: Corners in pixels of the picture, (4, 2), from the content's top-left.
        colour: What it says.
        label: A short word in the card's middle; empty for none.
        progress: How much of a ring around the label is drawn, 0 to 1.
    """

    quad: FloatArray
    colour: OutlineColour = OutlineColour.PLAIN
    label: str = ""
    progress: float = 0.0


def outline_polygon(outline: Outline, to_widget: QTransform) -> QPolygonF:
    """The outline in widget pixels."""
    return to_widget.map(QPolygonF([QPointF(float(x), float(y)) for x, y in outline.quad]))


def draw_outline(painter: QPainter, outline: Outline, to_widget: QTransform) -> None:
    """Draw an outline; `painter` is in widget pixels, and lines are as wide at every zoom."""
    polygon = outline_polygon(outline, to_widget)
    corners = [polygon.at(index) for index in range(4)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_RIM, _RIM_PX), (outline.colour.value, _LINE_PX)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolygon(polygon)
    painter.setPen(QPen(_RIM, 1.5))
    painter.setBrush(outline.colour.value)
    for corner in corners:
        painter.drawEllipse(corner, _DOT_PX, _DOT_PX)
    _draw_label(painter, outline, polygon.boundingRect().center())


def _draw_label(painter: QPainter, outline: Outline, middle: QPointF) -> None:
    if not outline.label:
        return
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    ring_px = metrics.height() if outline.progress > 0 else 0.0
    gap_px = 8.0 if ring_px else 0.0
    width_px = metrics.horizontalAdvance(outline.label) + ring_px + gap_px
    box = QRectF(0, 0, width_px + 24, metrics.height() + 12)
    box.moveCenter(middle)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_LABEL_GROUND)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    content = box.adjusted(12, 6, -12, -6)
    if ring_px:
        ring = QRectF(content.left(), content.center().y() - ring_px / 2, ring_px, ring_px).adjusted(2, 2, -2, -2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 70), 3))
        painter.drawEllipse(ring)
        painter.setPen(QPen(outline.colour.value, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, 90 * 16, -round(outline.progress * 360 * 16))
    painter.setPen(_LABEL_TEXT)
    painter.drawText(
        content.adjusted(ring_px + gap_px, 0, 0, 0),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        outline.label,
    )
