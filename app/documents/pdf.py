"""Cards as PDF files, at true size: one on a page of its own size, or several on sheets of paper.

Every file is PDF/A-1b, for keeping. It carries no dates, names or other metadata, and the same cards always give the
same bytes. Nothing is scaled or encoded anew.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import img2pdf
import numpy as np
import pikepdf

from app.documents.archive import as_pdf_a
from app.documents.encoded_card import EncodedCard
from app.documents.formats import MM_PER_INCH
from app.documents.lettering import draw_text
from app.documents.paper import CAPTION_MM, Paper, Place, place_cards
from app.documents.writers import FileFormat, encode_picture
from detector.geometry import Image

_POINTS_PER_MM = 72 / MM_PER_INCH
_CAPTION_DPI = 600.0


def card_pages(cards: Sequence[EncodedCard]) -> bytes:
    """A PDF with one card a page, each page of exactly the card's size.

    Args:
        cards: At least one, as `encode_for_pdf` gives them.
    """
    with pikepdf.new() as document:
        for card in cards:
            with _picture_page(card.data, card.size_mm) as page:
                document.pages.extend(page.pages)
        return as_pdf_a(document)


def sheet_pages(
    cards: Sequence[EncodedCard], captions: Sequence[str], paper: Paper, documents: Sequence[int] | None = None
) -> bytes:
    """A PDF of paper sheets with the cards at true size, the first above the second, each with its caption below.

    Args:
        cards: At least one, as `encode_for_pdf` gives them.
        captions: One for each card, one line; "" for none.
        paper: Of the sheets.
        documents: How many of the cards each document has, in their order; its cards stand together.

    Raises:
        PaperTooSmallError: a card is larger than the printable part of the paper.
        UndrawableTextError: a caption is in a script that cannot be drawn.
    """
    places = place_cards([card.size_mm for card in cards], paper, documents)
    with pikepdf.new() as document:
        for _ in range(places[-1].sheet + 1):
            document.add_blank_page(page_size=(_points(paper.value[0]), _points(paper.value[1])))
        for number, (card, caption, place) in enumerate(zip(cards, captions, places, strict=True), start=1):
            with _picture_page(card.data, card.size_mm) as page:
                _lay(document, page, f"/Card{number}", place, paper)
            if caption:
                with _caption_page(caption, place.caption.width_mm) as page:
                    _lay(document, page, f"/Caption{number}", place.caption, paper)
        return as_pdf_a(document)


def _caption_page(caption: str, width_mm: float) -> pikepdf.Pdf:
    """The caption, centred on white, and squeezed where it is wider than the card."""
    height_px, width_px = (round(side / MM_PER_INCH * _CAPTION_DPI) for side in (CAPTION_MM, width_mm))
    ink = draw_text(caption, round(height_px * 0.75))[:height_px]
    canvas = np.zeros((height_px, max(width_px, ink.shape[1])), np.uint8)
    left = (canvas.shape[1] - ink.shape[1]) // 2
    canvas[: ink.shape[0], left : left + ink.shape[1]] = ink
    picture: Image = np.repeat(255 - canvas[..., None], 3, axis=2)
    return _picture_page(encode_picture(picture, FileFormat.PNG, _CAPTION_DPI), (width_mm, CAPTION_MM))


def _picture_page(picture: bytes, size_mm: tuple[float, float]) -> pikepdf.Pdf:
    """A document of one page of the size, filled by the picture, whose compressed pixels are taken as they are."""
    width, height = (_points(side) for side in size_mm)

    def fill_page(_width_px: int, _height_px: int, _dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        return width, height, width, height

    return pikepdf.open(io.BytesIO(img2pdf.convert(picture, layout_fun=fill_page, nodate=True)))


def _lay(document: pikepdf.Pdf, page: pikepdf.Pdf, name: str, place: Place, paper: Paper) -> None:
    """Show a page of the place's size there, under a name that its sheet does not use yet."""
    sheet = document.pages[place.sheet]
    form = document.copy_foreign(page.pages[0].as_form_xobject())
    left, bottom = _points(place.left_mm), _points(paper.value[1] - place.top_mm - place.height_mm)
    sheet.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(name))
    sheet.contents_add(f"q 1 0 0 1 {left:.6f} {bottom:.6f} cm {name} Do Q\n".encode())


def _points(length_mm: float) -> float:
    return length_mm * _POINTS_PER_MM
