"""What is done to the selected cards."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap

from app.documents.card import CardStyle
from app.session.album import Album
from app.session.album_card import AlbumCard
from app.session.exporting import ExportFormat, ExportOptions, ExportReport, export_cards, finished_card
from app.session.session_folder import SessionFolder
from app.ui.display_image import as_qimage
from app.ui.gallery_model import GalleryModel
from app.ui.gallery_panel import GalleryPanel
from app.ui.tasks import Lane
from app.ui.wording import Deed, failure_text
from app.ui.workspace import Workspace

_STYLE = CardStyle(dpi=300.0)
_DRAG_PICTURE_PX = 160


class CardCommands(QObject):
    """Turns, pairs, deletes, copies and drags cards. Everything but copying and dragging can be undone."""

    failed = Signal(str)
    copied = Signal()

    def __init__(
        self,
        parent: QObject,
        workspace: Workspace,
        gallery: GalleryPanel,
        model: GalleryModel,
        folder: SessionFolder,
        lane: Lane,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._gallery = gallery
        self._model = model
        self._folder = folder
        self._lane = lane
        self._copies = 0
        self._drags = 0
        gallery.view.drag_wanted.connect(self.drag)

    def turn(self, quarters: int) -> None:
        """Turn clockwise by so many quarters."""
        self._do(lambda keys: self._workspace.album.turned(keys, quarters), Deed.TURN)

    def delete(self) -> None:
        """Delete; nothing is asked, since undo brings them back."""
        self._gallery.finish_editing()
        rows = [self._model.row_of(card.key) for card in self._gallery.selected_cards()]
        self._do(self._workspace.album.without, Deed.DELETE)
        first = min((row for row in rows if row is not None), default=0)
        following = self._model.card_at(min(first, self._model.rowCount() - 1))
        if following:
            self._gallery.select([following.key])

    def pair(self) -> None:
        """Pair two cards as front and back, or take pairs apart."""
        self._gallery.finish_editing()
        cards = self._gallery.selected_cards()
        if len(cards) == 2 and not is_pair(cards):
            self._do(lambda keys: self._workspace.album.paired(keys[0], keys[1]), Deed.PAIR)
        else:
            self._do(self._workspace.album.unpaired, Deed.UNPAIR)

    def undo(self) -> None:
        """Undo the last step, and show the cards that it brought back."""
        self._step(self._workspace.undo)

    def redo(self) -> None:
        """Do the last undone step again, and show the cards that it brought back."""
        self._step(self._workspace.redo)

    def copy(self) -> None:
        """Copy the selected card as a picture: the clipboard holds one, the last that was asked for."""
        cards = self._gallery.selected_cards()
        if len(cards) != 1:
            return
        self._copies += 1
        copy, shelf = self._copies, self._workspace.shelf
        self._lane.run(
            lambda: as_qimage(finished_card(cards[0], shelf, _STYLE).image),
            lambda image: self._put_on_clipboard(image) if copy == self._copies else None,
            lambda reason: self.failed.emit(failure_text(cards[0].name, reason)),
        )

    def drag(self) -> None:
        """Write the selected cards as files, off this thread, then begin to drag those."""
        self._drags += 1
        drag, cards = self._drags, self._gallery.selected_cards()
        folder = self._folder.path / "dragged" / secrets.token_hex(4)  # each drag has the cards' own names
        options = ExportOptions(folder, ExportFormat.PNG, _STYLE)

        def work() -> ExportReport:
            self._folder.make()
            return export_cards(cards, self._workspace.shelf, options, lambda _done: None, lambda: False)

        self._lane.run(work, lambda report: self._take_report(drag, cards, report), self.failed.emit, priority=3)

    def _step(self, step: Callable[[], None]) -> None:
        self._gallery.finish_editing()
        before = {card.key for card in self._workspace.album.cards}
        step()
        back = [card.key for card in self._workspace.album.cards if card.key not in before]
        if back:
            self._gallery.select(back)

    def _do(self, change: Callable[[list[str]], Album], deed: Deed) -> None:
        keys = [card.key for card in self._gallery.selected_cards()]
        if keys:
            self._workspace.do(change(keys), deed)

    def _put_on_clipboard(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.copied.emit()

    def _take_report(self, drag: int, cards: list[AlbumCard], report: ExportReport) -> None:
        for failure in report.failures[:1]:
            self.failed.emit(failure_text(failure.name, failure.reason))
        if drag == self._drags and self._is_held():
            self._begin_drag(cards, report.saved)

    def _is_held(self) -> bool:
        """Whether the button is still down: whoever has let go meanwhile wants no drag, even if it is down again."""
        return self._gallery.view.is_drag_wanted and bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)

    def _begin_drag(self, cards: list[AlbumCard], files: tuple[Path, ...]) -> None:
        rows = [row for card in cards if (row := self._model.row_of(card.key)) is not None]
        if not files or not rows:
            return
        indexes = [self._model.index(row) for row in rows]
        mime: QMimeData = self._model.mimeData(indexes)
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
        drag = QDrag(self._gallery.view)
        drag.setMimeData(mime)
        picture = indexes[0].data(Qt.ItemDataRole.DecorationRole)
        if isinstance(picture, QPixmap):
            drag.setPixmap(picture.scaledToWidth(_DRAG_PICTURE_PX, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)


def is_pair(cards: list[AlbumCard]) -> bool:
    """Whether two cards are front and back of one document."""
    return (
        cards[0].pairing is not None and cards[1].pairing is not None and cards[0].pairing.key == cards[1].pairing.key
    )
