"""Draws a card of the gallery: its picture, its name, and what to know about it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.session.album_card import AlbumCard
from app.ui.gallery_model import CARD_ROLE
from app.ui.theme import Colours
from app.ui.wording import card_hint, card_summary

_GAP_PX = 8
_PADDING_PX = 8
_PICTURE_ASPECT = 0.66
_CORNER_PX = 6
_FILLED = "isFilled"


class CardDelegate(QStyledItemDelegate):
    """Fits a card to the gallery's width: the picture above, three lines of text below."""

    def __init__(self, parent: QObject, colours: Colours) -> None:
        super().__init__(parent)
        self.colours = colours

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """As wide as the gallery; all cards are equally high."""
        view = option.widget
        width = view.viewport().width() if view is not None and hasattr(view, "viewport") else 240
        line = QFontMetrics(option.font).height()
        return QSize(width, _GAP_PX + 2 * _PADDING_PX + self._picture_height(width) + _GAP_PX + 3 * line + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw ground, picture and text."""
        card = index.data(CARD_ROLE)
        if not isinstance(card, AlbumCard):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = option.rect.adjusted(_PADDING_PX, _GAP_PX, -_PADDING_PX, 0)
        self._paint_ground(painter, option, frame)
        content = frame.adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        picture = QRect(content.topLeft(), QSize(content.width(), self._picture_height(option.rect.width())))
        self._paint_picture(painter, picture, index.data(Qt.ItemDataRole.DecorationRole))
        self._paint_text(painter, option.font, content, picture.bottom() + 1 + _GAP_PX, card)
        painter.restore()

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        """Fill the editor once: a thumbnail that arrives later must not take away what has been typed."""
        if not editor.property(_FILLED):
            super().setEditorData(editor, index)
            editor.setProperty(_FILLED, True)

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Rename where the name stands."""
        top = option.rect.top() + _GAP_PX + 2 * _PADDING_PX + self._picture_height(option.rect.width())
        height = max(editor.sizeHint().height(), 28)
        editor.setGeometry(option.rect.left() + 12, top - 4, option.rect.width() - 24, height)

    @staticmethod
    def _picture_height(width: int) -> int:
        return round((width - 4 * _PADDING_PX) * _PICTURE_ASPECT)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, frame: QRect) -> None:
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        colours = self.colours
        ground = colours.selection if is_selected else colours.hover if is_hovered else colours.base
        outline = colours.accent if is_selected or has_focus else colours.border
        painter.setPen(QPen(QColor(outline), 2 if has_focus else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), _CORNER_PX, _CORNER_PX)

    def _paint_picture(self, painter: QPainter, area: QRect, pixmap: QPixmap | None) -> None:
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.colours.canvas))
            painter.drawRoundedRect(area, 4, 4)
            return
        fitted = QRect(area.topLeft(), pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
        fitted.moveCenter(area.center())
        path = QPainterPath()
        path.addRoundedRect(QRectF(fitted), 5, 5)
        painter.save()
        painter.setClipPath(path)
        painter.drawPixmap(fitted, pixmap)
        painter.restore()

    def _paint_text(self, painter: QPainter, font: QFont, content: QRect, top: int, card: AlbumCard) -> None:
        strong = QFont(font)
        strong.setWeight(QFont.Weight.DemiBold)
        middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
        lines = (
            (card.name, strong, self.colours.text, middle),  # names of pages differ at their ends
            (card_summary(card), font, self.colours.muted, right),
            (card_hint(card), font, self.colours.warning, right),
        )
        for text, line_font, colour, elided in lines:
            metrics = QFontMetrics(line_font)
            painter.setFont(line_font)
            painter.setPen(QColor(colour))
            row = QRect(content.left(), top, content.width(), metrics.height())
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(text, elided, row.width()))
            top += metrics.height() + 1
