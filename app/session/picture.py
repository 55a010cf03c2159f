"""An open picture and the cards found in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.capture.pages import Page
from app.detecting import CardDetector
from app.documents.errors import OutlineError
from app.documents.quality import measure_quality
from app.session.album_card import AlbumCard, as_corners
from app.session.shelf import Shelf
from detector import Detection
from detector.geometry import FloatArray, Image

WANTED_DPI = 300.0
"""The resolution that cards are judged for."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was searched. Its pixels are on the shelf.

    Attributes:
        key: Its key on the shelf.
        name: What people call it.
        size_px: Width and height.
        is_lossless: Whether it was stored without loss.
        focal_35mm: Focal length that it notes, in millimetres as on 35 mm film; None where it notes none.
        cards: The cards found in it, ready for the gallery.
        page_count: How many pages its file has; each is a picture, or a failure.
    """

    key: str
    name: str
    size_px: tuple[int, int]
    is_lossless: bool
    focal_35mm: float | None
    cards: tuple[AlbumCard, ...]
    page_count: int = 1


@dataclass(frozen=True, slots=True)
class OpeningFailure:
    """A picture, or a page, that could not be opened, and why, in a line for the user; and its file's pages."""

    name: str
    reason: str
    page_count: int = 1


def search_file(shelf: Shelf, path: Path, detector: CardDetector) -> Iterator[Picture | OpeningFailure]:
    """Open every page of a file and find its cards, one page after the other.

    Raises:
        ImageReadError: the file cannot be read.
        DetectorError: a page cannot be searched.
    """
    for key, page in shelf.open_file(path):
        name = path.stem if page.number == 1 else f"{path.stem} p{page.number}"
        if page.image is None:
            yield OpeningFailure(name, page.error or "", page.count)
        else:
            yield _picture(key, name, page, page.image, detector.detect(page.image))


def search_image(shelf: Shelf, name: str, image: Image, detector: CardDetector) -> Picture:
    """Keep a picture that came without a file, and find its cards.

    Raises:
        DetectorError: it cannot be searched.
    """
    return keep_picture(shelf, name, image, detector.detect(image))


def keep_picture(shelf: Shelf, name: str, image: Image, detections: Sequence[Detection]) -> Picture:
    """Keep a frame whose cards were found already."""
    return _picture(shelf.keep(image), name, Page(1), image, detections)


def judged_anew(card: AlbumCard, image: Image) -> AlbumCard:
    """A card that got other corners or another format, with what is true of it now.

    Raises:
        OutlineError: the corners are no outline of a card.
    """
    quality = measure_quality(image, card.quad, WANTED_DPI, card.card_format, focal_35mm=card.focal_35mm)
    return replace(card, source_dpi=quality.source_dpi, flags=quality.flags)


def marked_by_hand(picture: Picture, image: Image, quad: FloatArray) -> AlbumCard:
    """A card that the detector did not find.

    Raises:
        OutlineError: the corners are no outline of a card.
    """
    return _card(picture, picture.name, image, quad, is_turn_known=True)


def _picture(key: str, name: str, page: Page, image: Image, detections: Sequence[Detection]) -> Picture:
    height, width = image.shape[:2]
    picture = Picture(key, name, (width, height), page.lossless, page.focal_35mm, (), page.count)
    cards = []
    for number, detection in enumerate(detections, start=1):
        card_name = name if len(detections) == 1 else f"{name} {number}"
        try:
            is_turn_known = detection.rotation is not None
            cards.append(_card(picture, card_name, image, detection.quad, is_turn_known=is_turn_known))
        except OutlineError:
            continue
    return replace(picture, cards=tuple(cards))


def _card(picture: Picture, name: str, image: Image, quad: FloatArray, *, is_turn_known: bool) -> AlbumCard:
    quality = measure_quality(image, quad, WANTED_DPI, upright=is_turn_known, focal_35mm=picture.focal_35mm)
    return AlbumCard(
        picture_key=picture.key,
        picture_size_px=picture.size_px,
        corners=as_corners(quad),
        found_corners=as_corners(quad),
        name=name,
        source_dpi=quality.source_dpi,
        flags=quality.flags,
        is_lossless=picture.is_lossless,
        focal_35mm=picture.focal_35mm,
    )
