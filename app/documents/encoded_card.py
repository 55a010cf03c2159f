"""A card as the bytes of a picture: all that is kept of it until the files that it goes into are made."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.card import Card
from app.documents.formats import CardFormat
from app.documents.outer_shape import on_white
from app.documents.writers import FileFormat, encode_picture


@dataclass(frozen=True, slots=True)
class EncodedCard:
    """A card's picture, encoded.

    Attributes:
        data: The bytes of a picture file.
        size_mm: True width and height, with the margin.
        card_format: The format it was straightened to.
    """

    data: bytes
    size_mm: tuple[float, float]
    card_format: CardFormat


def encode_card(card: Card, file_format: FileFormat) -> EncodedCard:
    """A card as a picture file."""
    return EncodedCard(encode_picture(card.image, file_format, card.dpi), card.size_mm, card.card_format)


def encode_for_pdf(card: Card) -> EncodedCard:
    """A card as a PDF holds it: on white, without loss where its source was, otherwise as JPEG."""
    file_format = FileFormat.PNG if card.lossless else FileFormat.JPEG
    return EncodedCard(encode_picture(on_white(card.image), file_format, card.dpi), card.size_mm, card.card_format)
