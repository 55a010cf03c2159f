"""The pages of a PDF as pictures, rendered in a process of their own with a limit on time and memory."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from app.capture.errors import CostlyPdfError, DamagedPdfError, EncryptedPdfError, ImageReadError, TooManyPagesError
from app.capture.images import Limits, is_picture
from app.capture.pdf_renderer import render_pages

_MARK = b"%PDF-"
_MAX_HEADER_BYTES = 200
_MAX_MEMORY_BYTES = 2**30
_MAX_PIXELS = 40_000_000
_PAGE_LIMIT_S = 30.0

PdfPage = NDArray[np.uint8] | ImageReadError
"""A BGR picture (H, W, 3), or what is wrong with the page."""


def looks_like_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does: with its mark, or with something else before that is no picture."""
    return data.startswith(_MARK) or (_MARK in data[:1024] and not is_picture(data))


def render_pdf(data: bytes, limits: Limits, page_limit_s: float = _PAGE_LIMIT_S) -> Iterator[tuple[PdfPage, int]]:
    """Render the pages of a PDF, one after the other; with each comes how many there will be, unless some are given up.

    After a page that takes more than `page_limit_s` seconds or a gibibyte of memory, the others are given up.

    Raises:
        ImageReadError: one of its subclasses; the PDF cannot be opened.
    """
    with _renderer(data, limits, range(limits.pages)) as connection:
        pages = _header(connection, page_limit_s).get("pages", 0)
        count = min(pages, limits.pages + 1)
        for _ in range(min(pages, limits.pages)):
            try:
                page = _receive_page(connection, page_limit_s)
            except CostlyPdfError as error:
                yield error, count
                return
            except DamagedPdfError as error:
                yield error, count
                continue
            yield page, count
        if pages > limits.pages:
            yield TooManyPagesError(limits.pages), count


def render_pdf_page(data: bytes, number: int, limits: Limits, page_limit_s: float = _PAGE_LIMIT_S) -> NDArray[np.uint8]:
    """Render one page of a PDF, counted from 1, and no other: a BGR picture (H, W, 3).

    Raises:
        ImageReadError: one of its subclasses; the PDF cannot be opened, or its page not be rendered, or has it none.
    """
    if not 1 <= number <= limits.pages:
        raise DamagedPdfError
    with _renderer(data, limits, range(number - 1, number)) as connection:
        if number > _header(connection, page_limit_s).get("pages", 0):
            raise DamagedPdfError
        return _receive_page(connection, page_limit_s)


@contextlib.contextmanager
def _renderer(data: bytes, limits: Limits, wanted: range) -> Iterator[Connection]:
    """A renderer that has been given the PDF; it is gone at the end, whatever it was doing."""
    ours, theirs = multiprocessing.Pipe()
    max_pixels = min(_MAX_PIXELS, int(limits.megapixels * 1e6))
    process = multiprocessing.get_context("spawn").Process(
        target=render_pages, args=(theirs, max_pixels, wanted, _MAX_MEMORY_BYTES), daemon=True
    )
    process.start()
    theirs.close()
    try:
        with contextlib.suppress(BrokenPipeError):
            ours.send_bytes(data)
        yield ours
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def _receive_page(connection: Connection, limit_s: float) -> NDArray[np.uint8]:
    header = _header(connection, limit_s)
    width, height = header["width"], header["height"]
    if not (0 < width * height <= _MAX_PIXELS and width > 0):
        raise CostlyPdfError
    pixels = np.frombuffer(_receive(connection, width * height * 3, limit_s), np.uint8)
    return pixels.reshape(height, width, 3).copy()


def _header(connection: Connection, limit_s: float) -> dict[str, int]:
    header = json.loads(_receive(connection, _MAX_HEADER_BYTES, limit_s))
    if "error" in header:
        raise EncryptedPdfError if header["error"] == "password" else DamagedPdfError
    return {name: int(value) for name, value in header.items()}


def _receive(connection: Connection, max_bytes: int, limit_s: float) -> bytes:
    """A message of the renderer.

    Raises:
        CostlyPdfError: none came in time, or the renderer has died: for want of memory, as a rule.
    """
    try:
        if connection.poll(limit_s):
            return connection.recv_bytes(max_bytes)
    except (EOFError, OSError) as error:
        raise CostlyPdfError from error
    raise CostlyPdfError
