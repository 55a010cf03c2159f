"""The album as Qt's views want it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.session.album_card import AlbumCard
from app.ui.thumbnails import Thumbnails
from app.ui.tool_tips import plain_tool_tip
from app.ui.wording import Deed, card_hint, card_summary
from app.ui.workspace import Workspace

CARDS_MIME_TYPE = "application/x-cardlight-cards"
CARD_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class GalleryModel(QAbstractListModel):
    """One row a card. Renaming and reordering through it are steps that can be undone."""

    def __init__(self, parent: QObject, workspace: Workspace, thumbnails: Thumbnails) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._thumbnails = thumbnails
        self._cards = workspace.album.cards
        workspace.album_changed.connect(self._follow)
        thumbnails.arrived.connect(self._repaint)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many cards there are."""
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A card's name, picture, description, or the card itself."""
        if not index.isValid() or index.row() >= len(self._cards):
            return None
        card = self._cards[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return card.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.get(card)
        about = "\n".join(part for part in (card_summary(card), card_hint(card)) if part)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return about
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tool_tip(f"{card.name}\n{about}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{card.name}, {card_summary(card)}"
        return card if role == CARD_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Rename a card."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        card = self._cards[index.row()]
        self._workspace.do(self._workspace.album.renamed(card.key, str(value)), Deed.RENAME)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cards can be chosen, renamed and dragged; between them, others can be dropped."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Cards move within the gallery."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """What can be dropped between cards: other cards."""
        return [CARDS_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The keys of some cards."""
        mime = QMimeData()
        keys = [self._cards[index.row()].key for index in sorted(indexes, key=lambda index: index.row())]
        mime.setData(CARDS_MIME_TYPE, QByteArray("\n".join(keys).encode()))
        return mime

    def dropMimeData(  # noqa: N802
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Move cards to where they were dropped."""
        if not data.hasFormat(CARDS_MIME_TYPE):
            return False
        keys = data.data(CARDS_MIME_TYPE).toStdString().split("\n")
        target = row if row >= 0 else parent.row() if parent.isValid() else len(self._cards)
        self._workspace.do(self._workspace.album.moved(keys, target), Deed.MOVE)
        # The move is done: told otherwise, the view would take the rows away that were dragged.
        return False

    def row_of(self, key: str) -> int | None:
        """Where a card is."""
        return next((row for row, card in enumerate(self._cards) if card.key == key), None)

    def card_at(self, row: int) -> AlbumCard | None:
        """The card in a row."""
        return self._cards[row] if 0 <= row < len(self._cards) else None

    def _follow(self) -> None:
        """Take the workspace's cards: appended ones are inserted, so that the view stays where it is."""
        old, new = self._cards, self._workspace.album.cards
        old_keys, new_keys = [card.key for card in old], [card.key for card in new]
        if old_keys == new_keys:
            self._cards = new
            self._repaint()
        elif new_keys[: len(old_keys)] == old_keys:
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._cards = new
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._cards = new
            self.endResetModel()

    def _repaint(self) -> None:
        if self._cards:
            self.dataChanged.emit(self.index(0), self.index(len(self._cards) - 1))
