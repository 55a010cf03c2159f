"""Type on card faces: lines of a given size, weight and width, monospaced, raised and vertical.

OpenCV's built-in fonts cover all five scripts, so no font has to be installed.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from detector.training.synthesis.paint import BLACK, WHITE, Color, ImageU8, mix

REGULAR = 400
BOLD = 700
_NO_WRAP = (-10_000, 100_000)


@cache
def _font(name: str) -> cv2.FontFace:
    return cv2.FontFace(name)


def text_width(text: str, size_px: int, font: str = "sans", weight: int = REGULAR) -> int:
    """Returns how many pixels wide a line of text is."""
    return int(cv2.getTextSize((100_000, 1000), text, (0, 0), _font(font), size_px, weight)[2])


def fitting_size(text: str, size_px: int, max_width_px: float, font: str = "sans", weight: int = REGULAR) -> int:
    """Returns the largest size up to `size_px` at which the text is no wider than allowed."""
    width = text_width(text, size_px, font, weight)
    if width <= max_width_px:
        return size_px
    return max(4, int(size_px * max_width_px / width))


def draw_text(
    image: ImageU8,
    text: str,
    x: float,
    baseline: float,
    size_px: int,
    color: Color,
    *,
    font: str = "sans",
    weight: int = REGULAR,
    max_width_px: float | None = None,
    anchor: str = "left",
) -> int:
    """Writes one line of text.

    Args:
        image: the picture, changed in place.
        text: what to write.
        x: the left end, middle or right end of the line, as `anchor` says.
        baseline: the y of the base line.
        size_px: the height of a line; smaller where `max_width_px` asks for it.
        color: BGR.
        font: "sans", "italic" or "uni".
        weight: 100 (thin) to 900 (black).
        max_width_px: the text is made smaller to be no wider than this.
        anchor: "left", "center" or "right".

    Returns:
        The width of the text in pixels.
    """
    if max_width_px is not None:
        size_px = fitting_size(text, size_px, max_width_px, font, weight)
    width = text_width(text, size_px, font, weight)
    left = x - {"left": 0.0, "center": width / 2, "right": width}[anchor]
    origin = (int(left), int(baseline))
    cv2.putText(image, text, origin, color, _font(font), size_px, weight, cv2.PUT_TEXT_ALIGN_LEFT, _NO_WRAP)
    return width


def draw_monospaced(
    image: ImageU8, text: str, x: float, baseline: float, pitch_px: float, size_px: int, color: Color, weight: int = 500
) -> None:
    """Writes text with one pitch for all characters, as machine-readable zones and printers do."""
    face = _font("sans")
    for index, character in enumerate(text):
        if character == " ":
            continue
        offset = (pitch_px - _advance(character, size_px, weight)) / 2
        origin = (round(x + index * pitch_px + offset), int(baseline))
        cv2.putText(image, character, origin, color, face, size_px, weight, cv2.PUT_TEXT_ALIGN_LEFT, _NO_WRAP)


@cache
def _advance(character: str, size_px: int, weight: int) -> int:
    return text_width(character, size_px, "sans", weight)


def draw_embossed(
    image: ImageU8, text: str, x: float, baseline: float, pitch_px: float, size_px: int, color: Color
) -> None:
    """Writes raised characters as on bank cards: a light and a dark copy beside the coloured one."""
    for shift, shade in ((-1, mix(color, WHITE, 0.6)), (1, mix(color, BLACK, 0.6)), (0, color)):
        draw_monospaced(image, text, x + shift, baseline + shift, pitch_px, size_px, shade, BOLD)


def draw_vertical(image: ImageU8, text: str, x: int, y: int, size_px: int, color: Color) -> None:
    """Writes a line that runs from bottom to top, its upper left corner at (x, y), on top of the picture."""
    length, thickness = text_width(text, size_px) + 4, size_px + 6
    view = image[max(0, y) : y + length, max(0, x) : x + thickness]
    turned = np.ascontiguousarray(np.rot90(view, -1))
    draw_text(turned, text, 2, turned.shape[0] - 5, size_px, color)
    view[:] = np.rot90(turned)
