from __future__ import annotations

import pytest

from app.documents.quality import QualityFlag
from app.session.album import Album
from app.session.album_card import AlbumCard, Side, as_corners
from detector.geometry import rectangle_quad


def make_card(name: str) -> AlbumCard:
    corners = as_corners(rectangle_quad(1011, 638))
    return AlbumCard("picture", (1011, 638), corners, corners, name, 300.0, (QualityFlag.UNSURE_UPRIGHT,), key=name)


@pytest.fixture
def album() -> Album:
    return Album(tuple(map(make_card, "abcd")))


def names(album: Album) -> str:
    return "".join(card.name for card in album.cards)


@pytest.mark.parametrize(
    ("keys", "row", "order"),
    [("d", 0, "dabc"), ("a", 4, "bcda"), ("ac", 3, "bacd"), ("b", 1, "abcd"), ("ad", 2, "badc")],
)
def test_moving(album, keys, row, order) -> None:
    assert names(album.moved(keys, row)) == order


def test_pairing_puts_the_back_after_the_front(album) -> None:
    paired = album.paired("a", "d")

    assert names(paired) == "adbc"
    assert [card.pairing.side for card in paired.cards[:2] if card.pairing] == [Side.FRONT, Side.BACK]


def test_a_card_has_one_partner(album) -> None:
    paired = album.paired("a", "b").paired("b", "c")

    assert paired.card("a").pairing is None
    assert paired.card("b").pairing.side is Side.FRONT


def test_deleting_one_side_leaves_the_other_alone(album) -> None:
    left = album.paired("a", "b").without(["a"])

    assert names(left) == "bcd"
    assert left.card("b").pairing is None


def test_a_card_is_not_paired_with_itself(album) -> None:
    assert album.paired("a", "a") is album


def test_renaming(album) -> None:
    assert album.renamed("a", "  Erika \n M. ").card("a").name == "Erika M."
    assert album.renamed("a", " ") is album


def test_four_turns_are_none_and_one_makes_the_turn_known(album) -> None:
    once = album.turned("a", 1)

    assert once.card("a").corners[0] == album.card("a").corners[3]
    assert once.card("a").flags == ()
    assert once.turned("a", 3).card("a").corners == album.card("a").corners
