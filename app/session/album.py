"""The gallery's cards in their order, and everything that can be done to them. Each deed gives a new album."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.session.album_card import AlbumCard, Pairing, Side, rolled


@dataclass(frozen=True, slots=True)
class Album:
    """Cards in the order of the gallery. Keys that no card has are passed over everywhere."""

    cards: tuple[AlbumCard, ...] = ()

    def __len__(self) -> int:
        return len(self.cards)

    def card(self, key: str) -> AlbumCard | None:
        """The card of that key."""
        return next((card for card in self.cards if card.key == key), None)

    def added(self, cards: Iterable[AlbumCard]) -> Album:
        """With more cards at the end."""
        return Album((*self.cards, *cards))

    def without(self, keys: Iterable[str]) -> Album:
        """Without some cards; whoever was paired with one of them is alone again."""
        gone = set(keys)
        lonely = {card.pairing.key for card in self.cards if card.key in gone and card.pairing}
        kept = (card for card in self.cards if card.key not in gone)
        return Album(tuple(_unpaired(card, lonely) for card in kept))

    def renamed(self, key: str, name: str) -> Album:
        """With another name for one card; a name of nothing but spaces changes nothing."""
        tidy = " ".join(name.split())
        return self._changed({key}, lambda card: replace(card, name=tidy)) if tidy else self

    def turned(self, keys: Iterable[str], quarters: int) -> Album:
        """With some cards turned clockwise by so many quarters."""
        return self._changed(set(keys), lambda card: card.turned(quarters))

    def replaced(self, card: AlbumCard) -> Album:
        """With another version of the card of the same key."""
        return self._changed({card.key}, lambda _old: card)

    def moved(self, keys: Iterable[str], row: int) -> Album:
        """With some cards, in their present order, before the card that is now in `row`."""
        moving = set(keys)
        before = [card for card in self.cards[:row] if card.key not in moving]
        after = [card for card in self.cards[row:] if card.key not in moving]
        return Album((*before, *(card for card in self.cards if card.key in moving), *after))

    def with_judgement(self, judged: AlbumCard) -> Album:
        """With what a judged card is said to be like, if it is still cut out in the same way, be it turned."""
        card = self.card(judged.key)
        turned = [rolled(judged.corners, quarters) for quarters in range(4)]
        if card is None or card.corners not in turned or card.card_format != judged.card_format:
            return self
        return self.replaced(replace(card, source_dpi=judged.source_dpi, flags=judged.flags))

    def paired(self, front_key: str, back_key: str) -> Album:
        """With two cards as front and back of one document, next to each other; earlier pairs of theirs are undone."""
        front, back = self.card(front_key), self.card(back_key)
        if front is None or back is None or front_key == back_key:
            return self
        album = self.unpaired((front_key, back_key))
        key = secrets.token_hex(8)
        album = album._changed({front_key}, lambda card: replace(card, pairing=Pairing(key, Side.FRONT)))
        album = album._changed({back_key}, lambda card: replace(card, pairing=Pairing(key, Side.BACK)))
        others = [card.key for card in album.cards if card.key != back_key]
        cards = {card.key: card for card in album.cards}
        others.insert(others.index(front_key) + 1, back_key)
        return Album(tuple(cards[key] for key in others))

    def unpaired(self, keys: Iterable[str]) -> Album:
        """With the pairs that some cards belong to taken apart."""
        wanted = set(keys)
        pairs = {card.pairing.key for card in self.cards if card.key in wanted and card.pairing}
        return Album(tuple(_unpaired(card, pairs) for card in self.cards))

    def _changed(self, keys: set[str], change: Callable[[AlbumCard], AlbumCard]) -> Album:
        return Album(tuple(change(card) if card.key in keys else card for card in self.cards))


def _unpaired(card: AlbumCard, pairs: set[str]) -> AlbumCard:
    return replace(card, pairing=None) if card.pairing and card.pairing.key in pairs else card
