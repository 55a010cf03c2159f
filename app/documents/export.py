"""Cards into the files that are wanted of them: a picture each, or a PDF of them all.

`ExportFormat.encode` keeps of each card what its file needs; `make_files` says what the files hold and how they want to
be named; `names.OutputNames` then finds free names, and `writers.write_file` writes them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.documents.card import Card
from app.documents.encoded_card import EncodedCard, encode_card, encode_for_pdf
from app.documents.names import NameFields, NameTemplate, NewFile
from app.documents.paper import Paper
from app.documents.pdf import card_pages, sheet_pages
from app.documents.writers import FileFormat

_PDF_SUFFIX = ".pdf"
_SIDES_OF_A_PAIR = ("front", "back")
_SIDE_OF_OTHERS = "card"


@dataclass(frozen=True, slots=True)
class PdfFormat:
    """The wish for PDF.

    Attributes:
        paper: Sheets that the cards are laid on; None for a page of each card's own size.
        caption: Written below each card on a sheet; None for nothing.
    """

    paper: Paper | None = None
    caption: NameTemplate | None = None


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """What files are made of the cards of a source.

    Attributes:
        files: One picture file a card, or one PDF for all cards.
        template: Of the names; None for `{source}-{index}`, and `{source}` for a PDF.
    """

    files: FileFormat | PdfFormat = FileFormat.PNG
    template: NameTemplate | None = None

    def encode(self, card: Card) -> EncodedCard:
        """A card as `make_files` takes it."""
        return encode_for_pdf(card) if isinstance(self.files, PdfFormat) else encode_card(card, self.files)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file made of cards.

    Attributes:
        file: Its contents, and what it is to be called.
        cards: Numbers of the cards in it, from 0, in the order they were handed in.
    """

    file: NewFile
    cards: tuple[int, ...]


_PICTURE_TEMPLATE = NameTemplate("{source}-{index}")
_DOCUMENT_TEMPLATE = NameTemplate("{source}")


def make_files(
    cards: Sequence[EncodedCard],
    pages: Sequence[int],
    source: str,
    date: datetime.date,
    wanted: ExportFormat,
    own_sources: Sequence[str] | None = None,
) -> list[ExportedFile]:
    """The files of one source's cards; none where there are no cards.

    Args:
        cards: As `wanted.encode` gives them, in the order that they are numbered in.
        pages: The page of the source that each is on, from 1.
        source: Name of the source without its ending.
        date: When the scan was started.
        wanted: What to make.
        own_sources: Where the source is made of several, which of them each card is from; its caption names that one.

    Raises:
        DocumentError: a card does not fit on the paper, or a caption cannot be drawn.
    """
    if not cards:
        return []
    fields = [
        NameFields(source, number + 1, page, _side(number, len(cards)), card.card_format.name, date)
        for number, (card, page) in enumerate(zip(cards, pages, strict=True))
    ]
    if isinstance(wanted.files, PdfFormat):
        sources = own_sources or [source] * len(fields)
        captioned = [replace(item, source=own) for item, own in zip(fields, sources, strict=True)]
        data = _encode_pdf(cards, captioned, wanted.files)
        file = NewFile(wanted.template or _DOCUMENT_TEMPLATE, fields[0], _PDF_SUFFIX, data)
        return [ExportedFile(file, tuple(range(len(cards))))]
    template = wanted.template or _PICTURE_TEMPLATE
    return [
        ExportedFile(NewFile(template, item, wanted.files.suffix, card.data), (number,))
        for number, (card, item) in enumerate(zip(cards, fields, strict=True))
    ]


def _side(number: int, count: int) -> str:
    return _SIDES_OF_A_PAIR[number] if count == len(_SIDES_OF_A_PAIR) else _SIDE_OF_OTHERS


def _encode_pdf(cards: Sequence[EncodedCard], fields: Sequence[NameFields], wanted: PdfFormat) -> bytes:
    if wanted.paper is None:
        return card_pages(cards)
    captions = [wanted.caption.fill(item) if wanted.caption else "" for item in fields]
    return sheet_pages(cards, captions, wanted.paper)
