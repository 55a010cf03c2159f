"""Which cards are in files of the user's by now."""

from __future__ import annotations

from collections.abc import Iterable

from app.documents.formats import CardFormat
from app.session.album_card import AlbumCard, Corners

_Version = tuple[str, Corners, CardFormat | None]


class ExportedCards:
    """Remembers cards as they were cut out: with other corners or another format, a card is not exported any more."""

    def __init__(self) -> None:
        self._versions: set[_Version] = set()

    def add(self, cards: Iterable[AlbumCard]) -> None:
        """Note cards that were exported."""
        self._versions.update(map(_version, cards))

    def __contains__(self, card: AlbumCard) -> bool:
        return _version(card) in self._versions


def _version(card: AlbumCard) -> _Version:
    return card.key, card.corners, card.card_format
