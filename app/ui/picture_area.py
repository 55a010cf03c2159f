"""The middle of the window: a notice above, the page that is shown, and the bar below it."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.ui.actions import Actions
from app.ui.canvas import Canvas
from app.ui.corner_editor import CornerEditor
from app.ui.empty_state import EmptyState
from app.ui.notice_bar import NoticeBar
from app.ui.picture_bar import PictureBar


class PictureArea(QWidget):
    """One of three pages: the invitation, the canvas with pictures or the camera, the corner editor."""

    def __init__(
        self, actions: Actions, empty: EmptyState, canvas: Canvas, editor: CornerEditor, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._empty, self._canvas, self.editor = empty, canvas, editor
        self.notice = NoticeBar(actions.close_notice, self)
        self.bar = PictureBar(
            [actions.previous, actions.next],
            [actions.freeze, actions.mirror, actions.zoom_out, actions.zoom_in, actions.fit],
            self,
        )
        self.pages = QStackedWidget(self)
        for page in (empty, canvas, editor):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addWidget(self.bar)

    @property
    def is_editing(self) -> bool:
        """Whether the corner editor is shown."""
        return self.pages.currentWidget() is self.editor

    @property
    def is_on_canvas(self) -> bool:
        """Whether the canvas is shown."""
        return self.pages.currentWidget() is self._canvas

    def show_editor(self) -> None:
        """Show the corner editor, until `leave_editor`."""
        self.pages.setCurrentWidget(self.editor)

    def leave_editor(self) -> None:
        """Show the canvas again."""
        self.pages.setCurrentWidget(self._canvas)

    def show_page(self, *, has_picture: bool) -> None:
        """Show the canvas or the invitation; the editor stays until it is left."""
        if not self.is_editing:
            self.pages.setCurrentWidget(self._canvas if has_picture else self._empty)
        self.bar.setVisible(self.is_on_canvas)
