"""Annotated pictures to measure on, read as the application reads any picture."""

from __future__ import annotations

from pathlib import Path

from app.capture.errors import ImageReadError
from app.capture.images import read_image
from app.console import printable_name
from detector.evaluation import Picture
from detector.evaluation.annotations import AnnotationsError, read_pictures
from detector.geometry import Image


def read_annotated(folder: Path) -> list[Picture]:
    """The pictures of a folder with annotations; loading one that can't be read raises `AnnotationsError`.

    Raises:
        AnnotationsError: there are no annotations, or they break the format.
    """
    return read_pictures(folder, _read_named)


def read_annotated_cards(folder: Path) -> list[Picture]:
    """The same, of a folder that has to show a card.

    Raises:
        AnnotationsError: there are no annotations, they break the format, or no picture has a card.
    """
    pictures = read_annotated(folder)
    if not any(len(picture.quads) for picture in pictures):
        raise AnnotationsError(f"{printable_name(folder)}: no picture has a card")
    return pictures


def _read_named(path: Path) -> Image:
    try:
        return read_image(path)
    except ImageReadError as error:
        raise AnnotationsError(f"{printable_name(path)}: {error}") from error
