"""The pages of a file: of a PDF, of a TIFF with several pages, or the one picture that any other file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import DamagedImageError, ImageReadError, TooManyPagesError
from app.capture.images import DEFAULT_LIMITS, IMAGE_SUFFIXES, Limits, decode_image, look_into_image

PAGE_SUFFIXES = IMAGE_SUFFIXES | {".pdf"}
"""Lower-case file name endings of everything that is read; used to pick files out of a folder."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page that was read, or one that could not be.

    Attributes:
        number: From 1.
        image: BGR uint8, shape (H, W, 3); None where the page could not be read.
        error: What is wrong with the page, in one line for the user; None where nothing is.
        lossless: Whether its pixels are stored without loss in the file.
        focal_35mm: Focal length in millimetres as it would be on 35 mm film; None where the file notes none.
        count: How many pages the file gives in all, unless some are given up.
    """

    number: int
    image: NDArray[np.uint8] | None = None
    error: str | None = None
    lossless: bool = True
    focal_35mm: float | None = None
    count: int = 1


def decode_pages(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[Page]:
    """The pages of a file's bytes, read one at a time. A bad page is handed out as such, and the others go on.

    Raises:
        ImageReadError: one of its subclasses; the file as a whole cannot be read.
    """
    from app.capture.pdf_pages import looks_like_pdf, render_pdf  # loads PDFium: not for before the first file

    if looks_like_pdf(data):
        for number, (rendered, count) in enumerate(render_pdf(data, limits), start=1):
            if isinstance(rendered, ImageReadError):
                yield Page(number, error=str(rendered), count=count)
            else:
                yield Page(number, rendered, count=count)
        return
    facts = look_into_image(data, limits)
    count = len(facts.frames)
    if count == 1:
        image = decode_image(data, limits, facts.frames[0])
        yield Page(1, image, lossless=facts.lossless, focal_35mm=facts.focal_35mm)
        return
    for number, frame in enumerate(facts.frames[: limits.pages], start=1):
        try:
            yield Page(number, decode_image(data, limits, frame), count=count)
        except ImageReadError as error:
            yield Page(number, error=str(error), count=count)
    if count > limits.pages:
        yield Page(count, error=str(TooManyPagesError(limits.pages)), count=count)


def decode_page(data: bytes, number: int, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """The picture of one page, counted from 1: the same as from `decode_pages`, without the work for the others.

    Raises:
        ImageReadError: one of its subclasses; the file or the page cannot be read, or there is no such page.
    """
    from app.capture.pdf_pages import looks_like_pdf, render_pdf_page

    if looks_like_pdf(data):
        return render_pdf_page(data, number, limits)
    frames = look_into_image(data, limits).frames[: limits.pages]
    if not 1 <= number <= len(frames):
        raise DamagedImageError
    return decode_image(data, limits, frames[number - 1])
