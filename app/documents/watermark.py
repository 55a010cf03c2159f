"""A line of text across the whole card, burned into its pixels, that says what the copy is for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.documents.formats import MM_PER_INCH
from app.documents.lettering import draw_text
from detector.geometry import Image

_GAP_IN_LETTERS = (2.0, 1.5)  # between the lines' ends, and between lines, in heights of the letters
_COLOUR = (60, 40, 160)  # a dark red, seen on pale and on dark grounds


@dataclass(frozen=True, slots=True)
class Watermark:
    """What is written across a card, and how.

    Attributes:
        text: One line, in any script that `lettering.draw_text` draws.
        opacity: Of the letters, above 0 and up to 1.
        size_mm: Height of the letters' body.
        angle_deg: By which the lines rise to the right.
    """

    text: str
    opacity: float = 0.35
    size_mm: float = 5.0
    angle_deg: float = 30.0


def add_watermark(card: Image, watermark: Watermark, dpi: float) -> Image:
    """Write the watermark over the whole card, line beside line.

    Args:
        card: BGR uint8, shape (H, W, 3); left as it is.
        watermark: What to write.
        dpi: Pixels per inch of the card.

    Raises:
        UndrawableTextError: the text is empty or in a script that cannot be drawn.
    """
    height, width = card.shape[:2]
    letters = draw_text(watermark.text, max(8, round(watermark.size_mm / MM_PER_INCH * dpi)))
    ink = _turned(_tiled(letters, math.ceil(math.hypot(width, height))), watermark.angle_deg, (width, height))
    share = ink[..., None].astype(np.float32) * (watermark.opacity / 255)
    return np.round(card * (1 - share) + np.array(_COLOUR, np.float32) * share).astype(np.uint8)


def _tiled(letters: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The letters repeated over a square, every other line shifted by half."""
    height, width = letters.shape
    along, across = (round(gap * height) for gap in _GAP_IN_LETTERS)
    line = np.pad(letters, ((0, across), (0, along)))
    repeated = np.tile(line, (1, math.ceil(side_px / line.shape[1]) + 1))
    pair = np.vstack([repeated, np.roll(repeated, (width + along) // 2, axis=1)])
    return np.tile(pair, (math.ceil(side_px / pair.shape[0]), 1))[:side_px, :side_px]


def _turned(square: NDArray[np.uint8], angle_deg: float, size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The middle of the square, turned."""
    centre = square.shape[0] / 2
    matrix = cv2.getRotationMatrix2D((centre, centre), angle_deg, 1.0)
    matrix[:, 2] += (size_px[0] / 2 - centre, size_px[1] / 2 - centre)
    return cv2.warpAffine(square, matrix, size_px, flags=cv2.INTER_LINEAR)  # type: ignore[return-value]
