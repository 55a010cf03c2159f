from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.session.album import Album
from app.session.album_card import AlbumCard
from app.session.shelf import MemoryVault, Shelf
from app.ui.wording import Deed
from app.ui.workspace import Workspace

CORNERS = ((0.0, 0.0), (8.0, 0.0), (8.0, 5.0), (0.0, 5.0))


class CountedCards(tuple[AlbumCard, ...]):
    """Cards that count how often they are gone through."""

    rounds = 0

    def __iter__(self) -> Iterator[AlbumCard]:
        type(self).rounds += 1
        return super().__iter__()


@pytest.mark.usefixtures("qapp")
def test_a_card_that_is_found_costs_no_search_for_each_of_the_others() -> None:
    cards = [AlbumCard(f"picture {number}", (9, 9), CORNERS, CORNERS, "card", 300.0) for number in range(100)]
    workspace = Workspace(None, Shelf(MemoryVault()))
    workspace.do(Album(CountedCards(cards[:-1])), Deed.CAPTURE)
    CountedCards.rounds = 0
    workspace.do(workspace.album.added(cards[-1:]), Deed.FIND)

    assert CountedCards.rounds < 10
    assert [workspace.is_changed(card) for card in workspace.album.cards[-2:]] == [True, False]
