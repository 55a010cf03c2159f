"""The window's album with its history: the one place where cards are changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.session.album import Album
from app.session.album_card import AlbumCard
from app.session.history import History
from app.session.shelf import Shelf
from app.ui.wording import Deed


class Workspace(QObject):
    """What the user has, and what was done to it."""

    album_changed = Signal()

    def __init__(self, parent: QObject, shelf: Shelf) -> None:
        super().__init__(parent)
        self.shelf = shelf
        self._history = History(Album())
        self._found: dict[str, AlbumCard] = {}

    @property
    def album(self) -> Album:
        """The cards as they are now."""
        return self._history.state

    @property
    def undoable(self) -> str | None:
        """What undo would undo."""
        return self._history.undoable

    @property
    def redoable(self) -> str | None:
        """What redo would do again."""
        return self._history.redoable

    def do(self, album: Album, deed: Deed) -> None:
        """Change the album; `deed` says what is done."""
        if deed is Deed.FIND:
            known = {card.key for card in self.album.cards}
            self._found |= {card.key: card for card in album.cards if card.key not in known}
        if self._history.do(album, deed):
            self.album_changed.emit()

    def is_changed(self, card: AlbumCard) -> bool:
        """Whether a user's work is in a card: it was marked, or given other corners, another format, name or pair."""
        found = self._found.get(card.key)
        return found is None or _by_hand(found) != _by_hand(card)

    def judge(self, judged: AlbumCard) -> None:
        """Take what was found out of a card, wherever it still is as it was judged. Nothing that one would undo."""
        if self._history.amend(lambda album: album.with_judgement(judged)):
            self.album_changed.emit()

    def undo(self) -> None:
        """Go back one step."""
        if self._history.undo():
            self.album_changed.emit()

    def redo(self) -> None:
        """Do the last undone step again."""
        if self._history.redo():
            self.album_changed.emit()


def _by_hand(card: AlbumCard) -> tuple[object, ...]:
    return card.corners, card.card_format, card.name, card.pairing
