from __future__ import annotations

from dataclasses import replace

from app.documents.formats import ID_1
from app.session.exported_cards import ExportedCards


def test_a_card_is_exported_as_it_was_cut_out_whatever_its_name(album_card) -> None:
    exported = ExportedCards()
    assert album_card not in exported
    exported.add([album_card])

    assert replace(album_card, name="Max") in exported
    assert album_card.turned(1) not in exported
    assert replace(album_card, card_format=ID_1) not in exported
    assert album_card.turned(1).turned(-1) in exported
