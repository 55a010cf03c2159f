"""From a file to its cards and the files made of them: what `cardlight scan`, batches and the window have in common.

Nothing here writes: a scanned file is data that can be handed from process to process, and whoever asked for it
names and writes what it holds.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.capture.errors import ImageReadError
from app.capture.images import read_bytes
from app.capture.pages import Page, decode_pages
from app.detecting import CardDetector
from app.documents.card import Card, CardStyle, FlatCard, finish_card, flatten_card
from app.documents.encoded_card import EncodedCard
from app.documents.errors import DocumentError, TooManyCardsError
from app.documents.export import ExportedFile, ExportFormat, make_files
from app.documents.names import NameFields, NameTemplate, NewFile
from app.documents.overlay import draw_overlay
from app.documents.quality import Quality, judge_card
from app.documents.writers import FileFormat, encode_picture
from detector import Detection, DetectorError
from detector.geometry import Image

MADE_ITS_READER_FAIL = "the file made its reader crash. Check that it opens in another program."

# Of a file's encoded cards, which are kept until all its pages are scanned.
_MAX_CARD_BYTES = 2**30
_OVERLAY_DPI = 96.0
_OVERLAY_TEMPLATE = NameTemplate("{source}-overlay")
_PAGE_OVERLAY_TEMPLATE = NameTemplate("{source}-page{page}-overlay")


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What is made of each file.

    Attributes:
        style: How cards are to look.
        export: What files are made of them.
        overlay: Whether each page is saved with its cards marked, too.
    """

    style: CardStyle = field(default_factory=CardStyle)
    export: ExportFormat = field(default_factory=ExportFormat)
    overlay: bool = False


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card that was found.

    Attributes:
        detection: In pixels of its page.
        quality: How well it is seen.
        format_name: The format it was straightened to.
        error: Why it is not saved, in one line for the user; None where it is.
    """

    detection: Detection
    quality: Quality
    format_name: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page of a file. Its size and cards are kept where only something later failed.

    Attributes:
        number: From 1.
        size_px: Width and height; None where the page could not be read.
        cards: Best first.
        error: What went wrong, in one line for the user; None where nothing did.
    """

    number: int
    size_px: tuple[int, int] | None = None
    cards: tuple[FoundCard, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """What became of a file.

    Attributes:
        sha256: Of the file's bytes, in hexadecimal; None where they could not be read.
        pages: In their order.
        files: What is to be written. Their card numbers count through all pages.
        error: What went wrong with the file as a whole; None where nothing did.
    """

    sha256: str | None
    pages: tuple[ScannedPage, ...] = ()
    files: tuple[ExportedFile, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CutPage:
    """A page with its cards cut out, while their pixels are still at hand.

    Attributes:
        page: What is known without the pixels.
        image: The page's picture; None where it could not be read.
        cards: One for each of the page's cards without an error.
    """

    page: ScannedPage
    image: Image | None
    cards: tuple[Card, ...]


def scan_file(path: Path, detector: CardDetector, options: ScanOptions, date: datetime.date) -> ScannedFile:
    """Read a file, find its cards, and make files of them. Whatever fails is told in the result.

    Args:
        path: A picture or a document of any kind that is read here.
        detector: Finds the cards.
        options: What to make.
        date: When the scan was started.
    """
    try:
        data = read_bytes(path)
    except ImageReadError as error:
        return ScannedFile(None, error=str(error))
    return scan_bytes(data, path.stem, detector, options, date)


def scan_bytes(
    data: bytes, source: str, detector: CardDetector, options: ScanOptions, date: datetime.date
) -> ScannedFile:
    """Find the cards in a file's bytes, and make files of them; all else as in `scan_file`.

    Args:
        data: The file's contents.
        source: Its name without the ending.
        detector: Finds the cards.
        options: What to make.
        date: When the scan was started.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    cards: list[EncodedCard] = []
    card_pages: list[int] = []
    pages: list[ScannedPage] = []
    overlays: list[ExportedFile] = []
    try:
        for cut in cut_pages(data, detector, options.style):
            pages.append(cut.page)
            if options.overlay and cut.image is not None and cut.page.error is None:
                overlays.append(_overlay(cut, cut.image, len(cards), source, date, options))
            cards += [options.export.encode(card) for card in cut.cards]
            card_pages += [cut.page.number] * len(cut.cards)
            if sum(len(card.data) for card in cards) > _MAX_CARD_BYTES:
                raise TooManyCardsError
        files = make_files(cards, card_pages, source, date, options.export)
    except (ImageReadError, DocumentError) as error:
        return ScannedFile(sha256, tuple(pages), error=str(error))
    return ScannedFile(sha256, tuple(pages), (*files, *overlays))


def cut_pages(data: bytes, detector: CardDetector, style: CardStyle) -> Iterator[CutPage]:
    """Find the cards on each page of a file's bytes, and cut them out, page by page.

    Raises:
        ImageReadError: the file as a whole cannot be read.
    """
    for page in decode_pages(data):
        yield _cut(page, detector, style)


def _cut(page: Page, detector: CardDetector, style: CardStyle) -> CutPage:
    if page.image is None:
        return CutPage(ScannedPage(page.number, error=page.error), None, ())
    height, width = page.image.shape[:2]
    try:
        detections = detector.detect(page.image)
        flats = [flatten_card(page.image, item.quad, style, page.focal_35mm) for item in detections]
        made = [_finished(flat, item, style, page) for item, flat in zip(detections, flats, strict=True)]
        found = tuple(
            FoundCard(
                item,
                _quality(flat, item, (width, height), style),
                flat.card_format.name,
                str(card) if isinstance(card, DocumentError) else None,
            )
            for item, flat, card in zip(detections, flats, made, strict=True)
        )
    except (DetectorError, DocumentError) as error:
        return CutPage(ScannedPage(page.number, (width, height), error=str(error)), page.image, ())
    cards = tuple(card for card in made if isinstance(card, Card))
    return CutPage(ScannedPage(page.number, (width, height), found), page.image, cards)


def _finished(flat: FlatCard, detection: Detection, style: CardStyle, page: Page) -> Card | DocumentError:
    """The card, or why it is not to be had; those beside it are all the same."""
    try:
        return finish_card(flat, style, lossless=page.lossless, upright=detection.rotation is not None)
    except DocumentError as error:
        return error


def _quality(flat: FlatCard, detection: Detection, page_size_px: tuple[int, int], style: CardStyle) -> Quality:
    upright = detection.rotation is not None
    return judge_card(flat.image, detection.quad, page_size_px, style.dpi, flat.card_format, upright=upright)


def _overlay(
    cut: CutPage, image: Image, cards_before: int, source: str, date: datetime.date, options: ScanOptions
) -> ExportedFile:
    """The page with its cards marked, in the format of the pictures, or PNG beside PDF."""
    wanted = options.export.files
    file_format = wanted if isinstance(wanted, FileFormat) else FileFormat.PNG
    data = encode_picture(draw_overlay(image, [card.detection for card in cut.page.cards]), file_format, _OVERLAY_DPI)
    template = _OVERLAY_TEMPLATE if cut.page.number == 1 else _PAGE_OVERLAY_TEMPLATE
    fields = NameFields(source, 1, cut.page.number, "", "", date)
    cards = tuple(range(cards_before, cards_before + len(cut.cards)))
    return ExportedFile(NewFile(template, fields, file_format.suffix, data), cards)
