"""Keeps captures: pictures go to the shelf, cards to the gallery, and a record to the disk where that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.session.album_card import AlbumCard
from app.session.picture import Picture, keep_picture
from app.session.record import SessionRecord
from app.session.session_folder import LeftSession
from app.ui.live_session import LiveCapture
from app.ui.picture_browser import PictureBrowser
from app.ui.services import Services
from app.ui.wording import Deed, count_of_cards
from app.ui.workspace import Workspace


class Keeper(QObject):
    """What is captured or recovered ends in the workspace, what is captured among the open pictures, too."""

    failed = Signal(str)
    kept = Signal()

    def __init__(self, parent: QObject, workspace: Workspace, services: Services, browser: PictureBrowser) -> None:
        super().__init__(parent)
        self._browser = browser
        self._workspace = workspace
        self._services = services
        self._captures = 0
        self._on_their_way = 0
        if services.keeps_on_disk:
            workspace.album_changed.connect(self._record)

    @property
    def promise(self) -> str:
        """What happens to the user's pictures, in a line."""
        if self._services.keeps_on_disk:
            return self.tr("Kept in a private folder until you close the window. Nothing leaves this computer.")
        return self.tr("Kept in memory until you export. Nothing leaves this computer.")

    @property
    def on_their_way(self) -> int:
        """How many captured cards are not in the workspace yet."""
        return self._on_their_way

    def keep(self, capture: LiveCapture) -> None:
        """Keep the cards of a frame."""
        self._captures += 1
        count = len(capture.detections)
        self._on_their_way += count
        name = self.tr("Capture {number}").format(number=self._captures)
        shelf = self._services.shelf
        self._services.files.run(
            lambda: keep_picture(shelf, name, capture.image, capture.detections),
            lambda picture: self._add(picture, count),
            lambda reason: self._fail(reason, count),
            priority=3,
        )

    def recover(self, left: LeftSession) -> None:
        """Bring a crashed session's cards back; its folder goes once they are here."""
        shelf = self._services.shelf
        self._services.files.run(
            lambda: left.restore_to(shelf), lambda cards: self._take_back(left, cards), self.failed.emit, priority=3
        )

    def _fail(self, reason: str, count: int) -> None:
        self._on_their_way -= count
        self.failed.emit(reason)

    def _add(self, picture: Picture, count: int) -> None:
        self._on_their_way -= count
        self._browser.add_captured(picture)
        self._workspace.do(self._workspace.album.added(picture.cards), Deed.CAPTURE)
        self.kept.emit()

    def _take_back(self, left: LeftSession, cards: Sequence[AlbumCard]) -> None:
        self._workspace.do(self._workspace.album.added(cards), Deed.RECOVER)
        lost = len(left.record.album.cards) - len(cards)
        if lost:
            self.failed.emit(
                self.tr("{cards} could not be recovered: the picture is gone.").format(cards=count_of_cards(lost))
            )
        self._services.records.run(left.delete, lambda _done: None, self.failed.emit)

    def _record(self) -> None:
        album, shelf, folder = self._workspace.album, self._services.shelf, self._services.session_folder
        keys = {card.picture_key for card in album.cards}
        record = SessionRecord(album, {key: shelf.origin(key) for key in keys})
        self._services.records.run(lambda: folder.write_record(record), lambda _done: None, self.failed.emit)
