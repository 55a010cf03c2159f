"""Where in a widget a picture lies: fitted, or zoomed and moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

ZOOM_STEP = 1.25
_MAX_ZOOM = 16.0
_MARGIN_PX = 16.0


@dataclass(slots=True)
class Viewport:
    """Maps pixels of a picture to those of a widget.

    Attributes:
        picture: Size of the picture.
        widget: Size of the widget.
        scale: Widget pixels a picture pixel.
        offset: Where the picture's top-left corner is in the widget.
        is_fitted: Whether the picture is kept as large as fits.
        is_mirrored: Whether left and right are swapped.
        reach: What else can be brought into view, in pixels of the picture: things that lie partly outside it.
    """

    picture: QSizeF
    widget: QSizeF
    scale: float = 1.0
    offset: QPointF = field(default_factory=QPointF)
    is_fitted: bool = True
    is_mirrored: bool = False
    reach: QRectF = field(default_factory=QRectF)

    def fit(self) -> None:
        """Show all that is in reach, as large as fits; a small picture at most at four times its size."""
        self.is_fitted = True
        self.scale = min(4.0, self._fitting_scale())
        self._keep_in_view()

    def resize(self, widget: QSizeF) -> None:
        """Follow the widget's size: fit again, or keep the middle in the middle."""
        grown = widget - self.widget
        self.widget = widget
        if self.is_fitted:
            self.fit()
        else:
            self.offset += QPointF(grown.width() / 2, grown.height() / 2)

    def zoom(self, factor: float, around: QPointF) -> None:
        """Zoom so that the picture's point under `around` stays there."""
        least = min(1.0, self._fitting_scale())
        scale = min(_MAX_ZOOM, max(least, self.scale * factor))
        offset = around + (self.offset - around) * (scale / self.scale)
        self._move(offset, scale)

    def pan(self, by: QPointF) -> None:
        """Move the picture."""
        self._move(self.offset + by, self.scale)

    def transform(self) -> QTransform:
        """From picture to widget."""
        transform = QTransform.fromTranslate(self.offset.x(), self.offset.y())
        transform.scale(self.scale, self.scale)
        if self.is_mirrored:
            transform.translate(self.picture.width(), 0)
            transform.scale(-1, 1)
        return transform

    def to_picture(self, point: QPointF) -> QPointF:
        """From widget to picture."""
        inverse, _ = self.transform().inverted()
        return inverse.map(point)

    def picture_rect(self) -> QRectF:
        """Where the picture is in the widget."""
        return QRectF(self.offset, self.picture * self.scale)

    def _bounds(self) -> QRectF:
        """The picture and what else is in reach, in pixels of the picture."""
        return QRectF(QPointF(), self.picture).united(self.reach)

    def _fitting_scale(self) -> float:
        bounds = self._bounds()
        return max(
            1e-3,
            min(
                (self.widget.width() - 2 * _MARGIN_PX) / bounds.width(),
                (self.widget.height() - 2 * _MARGIN_PX) / bounds.height(),
            ),
        )

    def _move(self, offset: QPointF, scale: float) -> None:
        """Show another part; what stays as it was is still fitted where it was."""
        before = (self.offset, self.scale)
        self.offset, self.scale = offset, scale
        self._keep_in_view()
        self.is_fitted = self.is_fitted and (self.offset, self.scale) == before

    def _keep_in_view(self) -> None:
        bounds = self._bounds()
        corner, shown = bounds.topLeft() * self.scale, bounds.size() * self.scale
        kept = QPointF(
            _kept(self.offset.x() + corner.x(), shown.width(), self.widget.width()),
            _kept(self.offset.y() + corner.y(), shown.height(), self.widget.height()),
        )
        self.offset = kept - corner


def _kept(offset: float, shown: float, room: float) -> float:
    """What is larger covers the room, what is smaller stays in its middle."""
    if shown <= room:
        return (room - shown) / 2
    return min(_MARGIN_PX, max(room - shown - _MARGIN_PX, offset))
