"""A picture on a quiet ground, as large as fits."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.wording import as_sentence

_MARGIN_PX = 8


class Preview(QLabel):
    """Shows the whole of one picture at any size of its own."""

    def __init__(self, parent: QWidget) -> None:
        """Make it, empty. Whoever does gives it a name for screen readers."""
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)  # it may hold the name of anybody's file
        self._image = QImage()

    @property
    def image(self) -> QImage:
        """What it shows; null for nothing."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show a picture; nothing where it is null."""
        self._image = image
        self.clear()
        self._fit()

    def show_reason(self, reason: str) -> None:
        """Say why there is no picture, in its place."""
        self.show_image(QImage())
        self.setText(as_sentence(reason))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatio()
        room = (self.size() - QSize(2 * _MARGIN_PX, 2 * _MARGIN_PX)) * ratio
        pixmap = QPixmap.fromImage(
            self._image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)
