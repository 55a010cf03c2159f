"""Parts of a card made black for good: the pixels below are gone, and so they are from every file made of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.errors import RedactionOutsideError
from app.documents.formats import MM_PER_INCH
from detector.geometry import Image


@dataclass(frozen=True, slots=True)
class Redaction:
    """A rectangle of the upright card, in millimetres from its top-left corner."""

    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


def redact(card: Image, redactions: Iterable[Redaction], dpi: float) -> Image:
    """A copy of the card with the rectangles black; pixels that a rectangle touches in part are black as well.

    Args:
        card: BGR uint8, shape (H, W, 3); left as it is.
        redactions: What sticks out of the card is ignored.
        dpi: Pixels per inch of the card.

    Raises:
        RedactionOutsideError: a rectangle lies wholly outside the card.
    """
    redacted = card.copy()
    for area in redactions:
        left, top = (max(0, math.floor(_px(edge, dpi))) for edge in (area.left_mm, area.top_mm))
        right, bottom = (
            max(0, math.ceil(_px(edge, dpi))) for edge in (area.left_mm + area.width_mm, area.top_mm + area.height_mm)
        )
        if not redacted[top:bottom, left:right].size:
            raise RedactionOutsideError
        redacted[top:bottom, left:right] = 0
    return redacted


def _px(length_mm: float, dpi: float) -> float:
    return length_mm / MM_PER_INCH * dpi
