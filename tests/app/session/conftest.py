from __future__ import annotations

import pytest

from app.session.album_card import AlbumCard, as_corners
from app.session.shelf import MemoryVault, Shelf
from detector.geometry import Image, rectangle_quad


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(MemoryVault())


@pytest.fixture
def album_card(card: Image, shelf: Shelf) -> AlbumCard:
    """The card that fills its whole picture, which is on the shelf."""
    return make_card("Erika", shelf.keep(card))


def make_card(name: str, picture_key: str = "none") -> AlbumCard:
    corners = as_corners(rectangle_quad(1011, 638))
    return AlbumCard(picture_key, (1011, 638), corners, corners, name, source_dpi=300.0)
