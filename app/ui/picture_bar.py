"""The bar below the canvas: which picture it is, the way to the others, and the zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.ui.elided_label import ElidedLabel


class PictureBar(QFrame):
    """Buttons on the left and right, the picture's name between them."""

    def __init__(self, left: Sequence[QAction], right: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pageBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        for action in left:
            row.addWidget(_BarButton(action, self))
        self._name = ElidedLabel(self)
        self._name.setObjectName("muted")
        row.addSpacing(4)
        row.addWidget(self._name, 1)
        for action in right:
            row.addWidget(_BarButton(action, self))

    def show_name(self, name: str) -> None:
        """Say what is on the canvas."""
        self._name.show_text(name)


class _BarButton(QToolButton):
    """An action's button that is there only while the action is of use."""

    def __init__(self, action: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = action
        self.setDefaultAction(action)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        action.changed.connect(self._follow)

    def _follow(self) -> None:
        self.setVisible(self._action.isVisible())
