"""Small pictures of the gallery's cards, made when they are first looked at and off the window's thread."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.documents.card import CardStyle
from app.session.album_card import AlbumCard, Corners
from app.session.exporting import finished_card
from app.session.shelf import Shelf
from app.ui.display_image import as_qimage
from app.ui.tasks import Lane

_STYLE = CardStyle(dpi=144.0)
_KEPT = 400
_LOW_PRIORITY = -1

Look = tuple[str, Corners, str]


def _look(card: AlbumCard) -> Look:
    """What a thumbnail depends on: two cards of the same look have the same one."""
    return card.picture_key, card.corners, card.true_format.name


class Thumbnails(QObject):
    """Gives thumbnails that are there, and makes the others."""

    arrived = Signal()

    def __init__(self, parent: QObject, shelf: Shelf, lane: Lane) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._lane = lane
        self._made: OrderedDict[Look, QPixmap] = OrderedDict()
        self._asked: set[Look] = set()

    def get(self, card: AlbumCard) -> QPixmap | None:
        """The thumbnail of a card; None while it is being made, and where it can't be: each call tries that again."""
        look = _look(card)
        if look in self._made:
            self._made.move_to_end(look)
            return self._made[look]
        if look not in self._asked:
            self._asked.add(look)
            self._lane.run(
                lambda: as_qimage(finished_card(card, self._shelf, _STYLE).image),
                lambda image: self._keep(look, image),
                lambda _reason: self._asked.discard(look),
                priority=_LOW_PRIORITY,
            )
        return None

    def _keep(self, look: Look, image: QImage) -> None:
        self._asked.discard(look)
        self._made[look] = QPixmap.fromImage(image)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        self.arrived.emit()
