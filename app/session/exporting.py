"""The gallery's cards into files."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from app.capture.errors import ImageReadError
from app.documents.card import Card, CardStyle, make_card
from app.documents.encoded_card import EncodedCard, encode_card, encode_for_pdf
from app.documents.errors import OutlineError, OutputExistsError, WriteError
from app.documents.names import legal_name
from app.documents.paper import Paper
from app.documents.writers import FileFormat, make_folder, write_file
from app.session.album_card import AlbumCard, Side
from app.session.shelf import Shelf
from detector.geometry import Image


class ExportFormat(StrEnum):
    """What cards are exported as: a file for each card, a PDF for each document, or one PDF."""

    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    PDF_EACH = "pdf-each"
    PDF = "pdf"
    PDF_A4 = "pdf-a4"
    PDF_LETTER = "pdf-letter"

    @property
    def is_pdf(self) -> bool:
        """Whether it is PDF."""
        return self in _PDF_PAPER

    @property
    def suffix(self) -> str:
        """The file name's ending, with its dot."""
        return ".pdf" if self.is_pdf else FileFormat(self.value).suffix


_PDF_PAPER = {
    ExportFormat.PDF_EACH: None,
    ExportFormat.PDF: None,
    ExportFormat.PDF_A4: Paper.A4,
    ExportFormat.PDF_LETTER: Paper.LETTER,
}


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How cards are exported.

    Attributes:
        folder: Where to.
        file_format: Of the files.
        style: How the cards are to look; each card's own format goes before the style's.
    """

    folder: Path
    file_format: ExportFormat
    style: CardStyle


@dataclass(frozen=True, slots=True)
class ExportFailure:
    """A card that was not exported, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What became of an export.

    Attributes:
        saved: The files written.
        cards: The cards in them.
        failures: The cards that were not.
        was_cancelled: Whether it ended early because it was told to.
        broken_off: Why nothing more could be written; empty where everything was.
    """

    saved: tuple[Path, ...] = ()
    cards: tuple[AlbumCard, ...] = ()
    failures: tuple[ExportFailure, ...] = ()
    was_cancelled: bool = False
    broken_off: str = ""


def finished_card(card: AlbumCard, shelf: Shelf, style: CardStyle) -> Card:
    """A card cut out and finished, in its own format.

    Raises:
        ImageReadError: its picture cannot be read any more.
        DocumentError: its corners are no outline of a card, or its watermark cannot be drawn.
    """
    return _cut_out(card, shelf.load(card.picture_key), style)


def export_cards(
    cards: Sequence[AlbumCard],
    shelf: Shelf,
    options: ExportOptions,
    on_progress: Callable[[int], None],
    is_cancelled: Callable[[], bool],
) -> ExportReport:
    """Write cards to files of their own names, or of the first one's, where a file holds several.

    The two sides of a pair come together, the front first. No file is replaced: a number is added to a name that is
    taken.

    Args:
        cards: In the order to write them.
        shelf: Has their pictures.
        options: Where to and how.
        on_progress: Told after each card how many are done.
        is_cancelled: Asked before each card.

    Raises:
        WriteError: not even the first file could be written: the folder is closed, or the disk is full.
        DocumentError: the cards cannot be laid out on the paper.
    """
    make_folder(options.folder)
    files = _files(_documents(cards), options.file_format)
    outcomes = _finished_cards([card for file in files for card in file], shelf, options.style)
    exported: list[AlbumCard] = []
    saved: list[Path] = []
    failures: list[ExportFailure] = []
    done = itertools.count(1)
    for file in files:
        finished: list[tuple[AlbumCard, EncodedCard]] = []
        for card in file:
            if is_cancelled():
                return ExportReport(tuple(saved), tuple(exported), tuple(failures), was_cancelled=True)
            outcome = next(outcomes)
            if isinstance(outcome, ExportFailure):
                failures.append(outcome)
            else:
                finished.append((card, _encoded(outcome, options.file_format)))
            on_progress(next(done))
        if finished:
            data = _contents(finished, options.file_format)
            try:
                saved.append(_write_to_free_name(options, file[0].name, data))
            except WriteError as error:
                if not saved:
                    raise
                return ExportReport(tuple(saved), tuple(exported), tuple(failures), broken_off=str(error))
            exported += [card for card, _ in finished]
    return ExportReport(tuple(saved), tuple(exported), tuple(failures))


def _documents(cards: Sequence[AlbumCard]) -> list[tuple[AlbumCard, ...]]:
    """The cards in their order, but for backs, which follow their fronts, where the first of both is."""
    documents: dict[str, list[AlbumCard]] = {}
    for card in cards:
        documents.setdefault(card.pairing.key if card.pairing else card.key, []).append(card)
    return [tuple(sorted(sides, key=_is_back)) for sides in documents.values()]


def _is_back(card: AlbumCard) -> bool:
    return card.pairing is not None and card.pairing.side is Side.BACK


def _files(documents: list[tuple[AlbumCard, ...]], file_format: ExportFormat) -> list[tuple[AlbumCard, ...]]:
    """Which cards go into each file."""
    if file_format is ExportFormat.PDF_EACH:
        return documents
    cards = tuple(card for document in documents for card in document)
    return [cards] if file_format.is_pdf and cards else [(card,) for card in cards]


def _finished_cards(cards: Sequence[AlbumCard], shelf: Shelf, style: CardStyle) -> Iterator[Card | ExportFailure]:
    """The cards in their order. Each picture is loaded once: its other cards are finished, too, and wait their turn."""
    waiting: dict[int, Card | ExportFailure] = {}
    for place, card in enumerate(cards):
        if place not in waiting:
            places = [at for at in range(place, len(cards)) if cards[at].picture_key == card.picture_key]
            outcomes = _finish_all([cards[at] for at in places], shelf, style)
            waiting.update(zip(places, outcomes, strict=True))
        yield waiting.pop(place)


def _finish_all(cards: Sequence[AlbumCard], shelf: Shelf, style: CardStyle) -> list[Card | ExportFailure]:
    """The cards of one picture."""
    try:
        image = shelf.load(cards[0].picture_key)
    except ImageReadError as error:
        return [ExportFailure(card.name, str(error)) for card in cards]
    return [_finish(card, image, style) for card in cards]


def _finish(card: AlbumCard, image: Image, style: CardStyle) -> Card | ExportFailure:
    try:
        return _cut_out(card, image, style)
    except OutlineError as error:
        return ExportFailure(card.name, str(error))


def _cut_out(card: AlbumCard, image: Image, style: CardStyle) -> Card:
    own = replace(style, card_format=card.true_format)
    return make_card(image, card.quad, own, lossless=card.is_lossless, focal_35mm=card.focal_35mm)


def _encoded(card: Card, file_format: ExportFormat) -> EncodedCard:
    return encode_for_pdf(card) if file_format.is_pdf else encode_card(card, FileFormat(file_format.value))


def _contents(finished: Sequence[tuple[AlbumCard, EncodedCard]], file_format: ExportFormat) -> bytes:
    """Of a file with these cards; a picture holds one."""
    cards = [card for _, card in finished]
    if not file_format.is_pdf:
        return cards[0].data
    from app.documents.pdf import card_pages, sheet_pages  # its libraries take a third of a second to load

    paper = _PDF_PAPER[file_format]
    if paper is None:
        return card_pages(cards)
    documents = [len(document) for document in _documents([card for card, _ in finished])]
    return sheet_pages(cards, [""] * len(cards), paper, documents)


def _write_to_free_name(options: ExportOptions, name: str, data: bytes) -> Path:
    names = itertools.chain([name], (f"{name} ({count})" for count in itertools.count(2)))
    while True:
        path = options.folder / legal_name(next(names), options.file_format.suffix)
        if os.path.lexists(path):  # sooner told than by writing it; but another program may take the name meanwhile
            continue
        try:
            write_file(path, data)
        except OutputExistsError:
            continue
        return path
