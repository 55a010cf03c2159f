"""What the window says about cards, in one place: advice, states, formats."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.documents.quality import QualityFlag
from app.live.auto_capture import CardState
from app.session.album_card import AlbumCard, Side


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)


def advice_text(flag: QualityFlag) -> str:
    """What is wrong, and what to do about it."""
    return {
        QualityFlag.CUT_OFF: _tr("Cut off: show the whole card"),
        QualityFlag.TOO_SMALL: _tr("Too small: move closer"),
        QualityFlag.BLURRED: _tr("Blurred: hold still, focus"),
        QualityFlag.GLARE: _tr("Glare: tilt the card"),
        QualityFlag.UNSURE_UPRIGHT: _tr("Which way is up? Turn with R"),
    }[flag]


def state_text(state: CardState) -> str:
    """The short word in a card's outline."""
    return {
        CardState.SEARCHING: "",
        CardState.HOLD_STEADY: _tr("Hold steady"),
        CardState.TOO_BLURRED: _tr("Blurred: hold still"),
        CardState.READY: _tr("Ready"),
        CardState.CAPTURED: _tr("Captured"),
    }[state]


def card_summary(card: AlbumCard) -> str:
    """Format, resolution and side of a card, on one line."""
    parts = [card.true_format.name, f"{card.source_dpi:.0f} dpi"]
    if card.pairing:
        parts.append(_tr("front") if card.pairing.side is Side.FRONT else _tr("back"))
    return " · ".join(parts)


def card_hint(card: AlbumCard) -> str:
    """The first thing to do about a card; empty where nothing is to be done."""
    return advice_text(card.flags[0]) if card.flags else ""


def count_of_cards(number: int) -> str:
    """So many cards."""
    return _tr("1 card") if number == 1 else _tr("{number} cards").format(number=number)


def count_of_pictures(number: int) -> str:
    """So many pictures."""
    return _tr("1 picture") if number == 1 else _tr("{number} pictures").format(number=number)
