"""Text as pictures, in any script that can be drawn without fonts of the system.

OpenCV's built-in face draws Latin, Greek, Cyrillic, Chinese, Japanese, Korean and Hebrew well, but leaves Arabic
letters unjoined. Text with Arabic letters is therefore joined first and drawn in DejaVu Sans, which comes with the
program, save for letters that it lacks. Text that runs from right to left is put in the order in which it is seen.
"""

from __future__ import annotations

import functools
import itertools
import math
import unicodedata

import bidi
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from app.documents.errors import UndrawableTextError
from resources import FONTS_FOLDER

_MAX_LETTERS = 200
_PROBE_PX = 24
_MISSING = "?"
_NO_LETTER = "\uffff"


def draw_text(text: str, size_px: int) -> NDArray[np.uint8]:
    """Draw one line of text.

    Args:
        text: One line; white space around it and control characters are dropped, and at most 200 letters drawn.
        size_px: Height of the letters' body; a capital has about 0.7 of it.

    Returns:
        How much ink covers each pixel, 0 to 255, shape (H, W), trimmed to the ink.

    Raises:
        UndrawableTextError: there is nothing to draw, or a letter of a script that cannot be drawn.
    """
    # Names of files on a Mac have accents as letters of their own, which would be drawn beside.
    composed = unicodedata.normalize("NFC", text)
    line = "".join(letter for letter in composed if unicodedata.category(letter)[0] != "C").strip()[:_MAX_LETTERS]
    joins = any(_is_arabic(letter) for letter in line)
    shapes = _joined(line) if joins else line
    missing = "".join(sorted({letter for letter in shapes if not _is_drawable(letter, joins=joins)}))
    if not line or missing:
        raise UndrawableTextError(unicodedata.normalize("NFKC", missing))  # letters, not their joined shapes
    return _draw_joined(shapes, size_px) if joins else _draw_plain(line, size_px)


def _is_arabic(letter: str) -> bool:
    return unicodedata.bidirectional(letter) == "AL"


@functools.lru_cache(maxsize=4096)
def _is_drawable(letter: str, *, joins: bool) -> bool:
    """Whether there is a shape for a letter, in a line with Arabic ones or in another.

    OpenCV draws a question mark in the place of one it lacks.
    """
    if letter == _MISSING or letter.isspace() or (joins and _is_in_joining_font(letter)):
        return True
    return not np.array_equal(_probe(letter), _probe(_MISSING))


def _probe(letter: str) -> NDArray[np.uint8]:
    return _opencv_text(letter, _PROBE_PX)


def _draw_plain(line: str, size_px: int) -> NDArray[np.uint8]:
    return _trimmed(_opencv_text(str(bidi.get_display(line)), size_px))


def _opencv_text(line: str, size_px: int) -> NDArray[np.uint8]:
    canvas = np.zeros((2 * size_px, size_px * (len(line) + 2)), np.uint8)
    origin = (size_px // 2, _baseline_px(size_px))
    cv2.putText(canvas, line, origin, (255, 255, 255), cv2.FontFace("uni"), size_px)
    return canvas


def _joined(line: str) -> str:
    """The line with the joined shapes of its Arabic letters, each a letter of its own in Unicode."""
    import arabic_reshaper  # loads a library of fonts, which every start of the program would wait for

    return str(arabic_reshaper.reshape(line))


def _draw_joined(shapes: str, size_px: int) -> NDArray[np.uint8]:
    seen = str(bidi.get_display(shapes))
    runs = itertools.groupby(seen, key=_is_in_joining_font)
    drawn = [
        _joining_text("".join(run), size_px) if joins else _plain_run("".join(run), size_px) for joins, run in runs
    ]
    return _trimmed(np.hstack(drawn))


def _joining_text(run: str, size_px: int) -> NDArray[np.uint8]:
    """Letters of DejaVu Sans, as wide as their advance, on the baseline of `_opencv_text`."""
    font = _joining_font(size_px)
    canvas = PillowImage.new("L", (math.ceil(font.getlength(run)), 2 * size_px))
    ImageDraw.Draw(canvas).text((0, _baseline_px(size_px)), run, fill=255, font=font, anchor="ls")
    return np.array(canvas)


def _plain_run(run: str, size_px: int) -> NDArray[np.uint8]:
    """Letters that DejaVu Sans lacks, Chinese ones for example, with some room on both sides."""
    drawn = _opencv_text(run, size_px)
    x, _, width, _ = cv2.boundingRect(drawn)
    room_px = size_px // 16
    return drawn[:, max(0, x - room_px) : x + width + room_px]


def _joining_font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS_FOLDER / "DejaVuSans.ttf", size_px, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=4096)
def _is_in_joining_font(letter: str) -> bool:
    """Whether DejaVu Sans has a letter; it draws its box for what it lacks."""
    font = _joining_font(_PROBE_PX)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER))


def _baseline_px(size_px: int) -> int:
    return round(1.4 * size_px)


def _trimmed(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + max(1, height), x : x + max(1, width)]
