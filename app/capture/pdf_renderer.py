"""Renders the pages of a PDF; meant to run in a process of its own, since PDFs are programs in all but name.

Imports nothing heavy, so that the process starts fast and its memory can be limited tightly. It answers in plain
bytes: a header in JSON and then, for a page, its pixels. Nothing that it sends is ever unpickled.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import signal
import sys
from multiprocessing.connection import Connection

import pypdfium2

from app.process_life import end_with_parent

_POINTS_PER_INCH = 72
_RENDER_DPI = 300
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD


def render_pages(connection: Connection, max_pixels: int, wanted: range, max_memory_bytes: int) -> None:
    """Receive a PDF's bytes, and send how many pages it has and then those of the `wanted` ones, from 0, that it has.

    Pages are rendered at 300 dpi, or at what keeps within `max_pixels`. A page is sent as the header
    `{"width": W, "height": H}` and W * H * 3 bytes of BGR; a page that cannot be shown as `{"error": "damaged"}`; a
    document that cannot be opened as `{"error": "password"}` or `{"error": "damaged"}`. Where the memory does not
    suffice, nothing more is sent.
    """
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is its parent's, which ends it
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it warns of XFA, a second form in a PDF, not read here
    _limit_memory(max_memory_bytes)
    with contextlib.suppress(MemoryError, BrokenPipeError):
        _send_document(connection, connection.recv_bytes(), max_pixels, wanted)


def _send_document(connection: Connection, data: bytes, max_pixels: int, wanted: range) -> None:
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()  # or else no page shows its fields, and a picture may be one
    except pypdfium2.PdfiumError as error:
        _send(connection, error="password" if error.err_code == _PASSWORD_ERROR else "damaged")
        return
    _send(connection, pages=len(document))
    for number in range(wanted.start, min(len(document), wanted.stop)):
        _send_page(connection, document, number, max_pixels)


def _limit_memory(max_bytes: int) -> None:
    """Limit the process where the system can: on Linux. Elsewhere the limit on pixels and time has to do."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))


def _send(connection: Connection, **header: object) -> None:
    connection.send_bytes(json.dumps(header).encode())


def _send_page(connection: Connection, document: pypdfium2.PdfDocument, number: int, max_pixels: int) -> None:
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(_RENDER_DPI / _POINTS_PER_INCH, math.sqrt(0.99 * max_pixels / max(1.0, width * height)))
        bitmap = page.render(scale=scale, bitmap_maker=pypdfium2.PdfBitmap.new_foreign, prefer_bgrx=False)
    except (pypdfium2.PdfiumError, ValueError):  # the latter for page boxes that make no sense
        _send(connection, error="damaged")
        return
    rows = memoryview(bitmap.buffer).cast("B")
    row_bytes = bitmap.width * 3
    pixels = b"".join(rows[y * bitmap.stride : y * bitmap.stride + row_bytes] for y in range(bitmap.height))
    _send(connection, width=bitmap.width, height=bitmap.height)
    connection.send_bytes(pixels)
