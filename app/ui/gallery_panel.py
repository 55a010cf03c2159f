"""The panel on the right: the cards, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.session.album_card import AlbumCard
from app.ui.buttons import make_primary
from app.ui.card_delegate import CardDelegate
from app.ui.gallery_model import GalleryModel
from app.ui.translation import Retranslating


class GalleryView(Retranslating, QListView):
    """The list of cards. Enter opens a card; a drag takes cards elsewhere, from `drag_wanted` on.

    Attributes:
        is_drag_wanted: Whether one was asked for with the mouse's button that is still down.
    """

    activated_by_key = Signal()
    drag_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_drag_wanted = False
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setMouseTracking(True)
        self.retranslate()

    def retranslate(self) -> None:
        """Name the list for screen readers."""
        self.setAccessibleName(self.tr("Cards"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Rows are as high as their pictures are wide; Qt lays them out anew by itself only for another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, except while a name is being typed."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.state() is not QAbstractItemView.State.EditingState:
            self.activated_by_key.emit()
            return
        super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802
        """Say that cards are to be dragged: their files are made first, and not on this thread."""
        self.is_drag_wanted = True
        self.drag_wanted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Whatever is begun now is no drag yet."""
        self.is_drag_wanted = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Whoever lets go before the drag has begun gives it up."""
        self.is_drag_wanted = False
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """While the files of a drag are made, the mouse selects nothing on its way."""
        if not (self.is_drag_wanted and event.buttons() & Qt.MouseButton.LeftButton):
            super().mouseMoveEvent(event)


class GalleryPanel(Retranslating, QFrame):
    """Heading with the number of cards, the list, and a line of what can be done to what is selected."""

    selection_changed = Signal()
    open_wanted = Signal()

    def __init__(
        self,
        model: GalleryModel,
        delegate: CardDelegate,
        export: QAction,
        edits: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        """Show `model`.

        Args:
            model: The cards.
            delegate: Draws them.
            export: What the button in the heading does.
            edits: What can be done to selected cards; None of them is owned here.
            parent: The window.
        """
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(256)
        self.setMaximumWidth(420)
        self._model = model
        self._edits = tuple(edits)
        self.view = GalleryView(self)
        self.view.setModel(model)
        self.view.setItemDelegate(delegate)
        self._title = QLabel(self)
        self._title.setObjectName("title")
        self._selected_keys: tuple[str, ...] = ()
        self._lay_out(export)
        self.view.selectionModel().selectionChanged.connect(self._note_selection)
        self.view.doubleClicked.connect(self.open_wanted)
        self.view.activated_by_key.connect(self.open_wanted)
        model.modelReset.connect(self._restore_selection)
        for signal in (model.modelReset, model.rowsInserted):
            signal.connect(self._show_count)
        self.retranslate()

    def retranslate(self) -> None:
        """Show heading and hint."""
        self._empty.setText(self.tr("Cards that are found or captured are collected here."))
        self._show_count()
        self.repaint_cards()

    def repaint_cards(self) -> None:
        """Draw the cards anew: their colours or words have changed."""
        if self._model.rowCount():  # Asking for the viewport makes PySide load much, which an empty list does not need.
            self.view.viewport().update()

    @property
    def is_name_typed(self) -> bool:
        """Whether a name is being typed."""
        return self.view.state() is QAbstractItemView.State.EditingState

    def selected_cards(self) -> list[AlbumCard]:
        """The selected cards, in the order of the gallery."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [card for card in map(self._model.card_at, rows) if card]

    def select(self, keys: Sequence[str]) -> None:
        """Select some cards, and show the first of them."""
        selection = QItemSelection()
        rows = [row for row in map(self._model.row_of, keys) if row is not None]
        for row in rows:
            selection.select(self._model.index(row), self._model.index(row))
        self.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            first = self._model.index(rows[0])
            self.view.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(first)

    def select_newest(self) -> None:
        """Select the last card, unless a name is being typed."""
        newest = self._model.card_at(self._model.rowCount() - 1)
        if newest and not self.is_name_typed:
            self.select([newest.key])

    def select_all(self) -> None:
        """Select every card."""
        self.view.selectAll()

    def rename(self) -> None:
        """Let the user type a name for the current card."""
        index = self.view.currentIndex()
        if index.isValid():
            self.view.setFocus()
            self.view.edit(index)

    def finish_editing(self) -> None:
        """Take the name that is being typed, if one is: buttons and menus do not end that by themselves."""
        editor = self.view.indexWidget(self.view.currentIndex())
        if editor:
            self.view.commitData(editor)
            self.view.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Everything that can be done to the selected cards."""
        if self.selected_cards():
            self._menu().popup(event.globalPos())

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._edits))
        return menu

    def _lay_out(self, export: QAction) -> None:
        button = QToolButton(self)
        button.setDefaultAction(export)
        make_primary(button)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        heading = QHBoxLayout()
        heading.setContentsMargins(16, 8, 16, 8)
        heading.addWidget(self._title, 1)
        heading.addWidget(button)
        self._empty = QLabel(self)
        self._empty.setObjectName("muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(32, 0, 32, 0)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(heading)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self._edit_bar())

    def _edit_bar(self) -> QWidget:
        bar = QFrame(self)
        bar.setObjectName("pageBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        for action in self._edits:
            if action.property("isOnBar"):
                button = QToolButton(bar)
                button.setDefaultAction(action)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                row.addWidget(button)
        row.addStretch(1)
        return bar

    def _note_selection(self) -> None:
        self._selected_keys = tuple(card.key for card in self.selected_cards())
        self.selection_changed.emit()

    def _restore_selection(self) -> None:
        self.select(self._selected_keys)
        self._note_selection()

    def _show_count(self) -> None:
        number = self._model.rowCount()
        self._title.setText(self.tr("Cards ({number})").format(number=number) if number else self.tr("Cards"))
        self._pages.setCurrentIndex(1 if number else 0)
