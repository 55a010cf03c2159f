"""What the window shows when there is nothing yet: where to begin."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.buttons import make_primary
from app.ui.icons import themed_icon
from app.ui.theme import Colours
from app.ui.translation import Retranslating

_ICON_PX = 64


class EmptyState(Retranslating, QWidget):
    """Invites to drop pictures, to start the camera, or to try a sample."""

    def __init__(
        self,
        open_pictures: QAction,
        start_camera: QAction,
        try_sample: QAction,
        colours: Colours,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_dropping = False
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = heading = QLabel(self)
        heading.setObjectName("heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lead = lead = QLabel(self)
        lead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lead.setWordWrap(True)
        self._promise = promise = QLabel(self)
        promise.setObjectName("muted")
        promise.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise.setWordWrap(True)
        self._buttons = [_ActionButton(action, self) for action in (open_pictures, start_camera, try_sample)]
        make_primary(self._buttons[0])
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 48, 48, 48)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self._icon)
        layout.addSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(lead)
        layout.addSpacing(16)
        layout.addLayout(row)
        layout.addSpacing(16)
        layout.addWidget(promise)
        layout.addStretch(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.dress(colours)
        self.retranslate()

    def retranslate(self) -> None:
        """Invite."""
        self._heading.setText(self.tr("Drop pictures here"))
        self._lead.setText(self.tr("Photos, scans, or folders of them. Every card in them is found and straightened."))

    def dress(self, colours: Colours) -> None:
        """Take the colours of a theme."""
        self._icon.setPixmap(themed_icon("card", colours).pixmap(QSize(_ICON_PX, _ICON_PX)))
        self._buttons[0].setIcon(themed_icon("open", colours, on_accent=True))

    def show_keeping(self, text: str) -> None:
        """Say what happens to the user's pictures."""
        self._promise.setText(text)

    def set_dropping(self, is_dropping: bool) -> None:
        """Show whether what is dragged over the window would be taken."""
        self._is_dropping = is_dropping
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A ground like the canvas's, with a dashed line around where to drop."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Dark))
        role = QPalette.ColorRole.Highlight if self._is_dropping else QPalette.ColorRole.Mid
        pen = QPen(QColor(palette.color(role)), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(24, 24, -24, -24), 16, 16)
        painter.end()


class _ActionButton(QPushButton):
    """A button that does, says and allows what an action does."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setEnabled(self._action.isEnabled())
        if not self.property("primary"):
            self.setIcon(self._action.icon())
