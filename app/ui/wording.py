"""What the window says about cards and deeds, in one place: advice, states, formats, counts."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject

from app.documents.quality import QualityFlag
from app.live.auto_capture import CardState
from app.session.album_card import AlbumCard, Side
from app.ui.reasons import reason_text
from app.ui.translation import QT_TRANSLATE_NOOP, translate


class Deed(StrEnum):
    """What can be undone; kept in English, and shown by `deed_text` in the language of the window."""

    CAPTURE = QT_TRANSLATE_NOOP("Deed", "Capture")
    CORRECT = QT_TRANSLATE_NOOP("Deed", "Correct corners")
    DELETE = QT_TRANSLATE_NOOP("Deed", "Delete")
    FIND = QT_TRANSLATE_NOOP("Deed", "Find cards")
    MARK = QT_TRANSLATE_NOOP("Deed", "Mark card")
    MOVE = QT_TRANSLATE_NOOP("Deed", "Move")
    PAIR = QT_TRANSLATE_NOOP("Deed", "Pair")
    RECOVER = QT_TRANSLATE_NOOP("Deed", "Recover")
    RENAME = QT_TRANSLATE_NOOP("Deed", "Rename")
    TURN = QT_TRANSLATE_NOOP("Deed", "Turn")
    UNPAIR = QT_TRANSLATE_NOOP("Deed", "Take pair apart")


def deed_text(deed: str) -> str:
    """A deed in the language of the window."""
    return translate("Deed", deed)


def advice_text(flag: QualityFlag) -> str:
    """What is wrong, and what to do about it."""
    return {
        QualityFlag.CUT_OFF: translate("Wording", "Cut off: show the whole card"),
        QualityFlag.TOO_SMALL: translate("Wording", "Too small: move closer"),
        QualityFlag.BLURRED: translate("Wording", "Blurred: hold still, focus"),
        QualityFlag.GLARE: translate("Wording", "Glare: tilt the card"),
        QualityFlag.UNSURE_UPRIGHT: translate("Wording", "Which way is up? Turn with R"),
    }[flag]


def state_text(state: CardState) -> str:
    """The short word in a card's outline."""
    return {
        CardState.SEARCHING: "",
        CardState.HOLD_STEADY: translate("Wording", "Hold steady"),
        CardState.TOO_BLURRED: translate("Wording", "Blurred: hold still"),
        CardState.READY: translate("Wording", "Ready"),
        CardState.CAPTURED: translate("Wording", "Captured"),
    }[state]


def card_summary(card: AlbumCard) -> str:
    """Format, resolution and side of a card, on one line."""
    parts = [card.true_format.name, translate("Wording", "{dpi} dpi").format(dpi=round(card.source_dpi))]
    if card.pairing:
        is_front = card.pairing.side is Side.FRONT
        parts.append(translate("Wording", "front") if is_front else translate("Wording", "back"))
    return " · ".join(parts)


def card_hint(card: AlbumCard) -> str:
    """The first thing to do about a card; empty where nothing is to be done."""
    return advice_text(card.flags[0]) if card.flags else ""


def failure_text(name: str, reason: str) -> str:
    """Why something failed, such as a file, in the language of the window; its name is "" where it has none."""
    why = reason_text(reason)
    return translate("Wording", "{name}: {reason}").format(name=name, reason=why) if name else as_sentence(why)


def as_sentence(text: str) -> str:
    """A reason that stands alone: reasons begin as they do after a name."""
    return text[:1].upper() + text[1:]


def sentences(*parts: str) -> str:
    """Sentences one after the other; empty ones are left out."""
    said = ""
    for part in filter(None, parts):
        said = translate("Wording", "{sentences} {another}").format(sentences=said, another=part) if said else part
    return said


class Counts(QObject):
    """So many things. A class, since lupdate knows plurals by `tr` alone."""

    def cards(self, number: int) -> str:
        """So many cards."""
        return self.tr("%n card(s)", None, number)

    def pictures(self, number: int) -> str:
        """So many pictures."""
        return self.tr("%n picture(s)", None, number)

    def files(self, number: int) -> str:
        """So many files."""
        return self.tr("%n file(s)", None, number)


_COUNTS = Counts()
count_of_cards, count_of_pictures, count_of_files = _COUNTS.cards, _COUNTS.pictures, _COUNTS.files
