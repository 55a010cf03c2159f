"""A card of the gallery."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from app.documents.card_shape import tell_shape
from app.documents.formats import CardFormat
from app.documents.quality import QualityFlag
from detector.geometry import FloatArray

Corners = tuple[tuple[float, float], ...]


class Side(StrEnum):
    """Which side of a pair of cards this is."""

    FRONT = "front"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Pairing:
    """That a card and another one are two sides of one document. Both carry the same key."""

    key: str
    side: Side


@dataclass(frozen=True, slots=True)
class AlbumCard:
    """One card, as a recipe: where it is in which picture, and how it is to be cut out. Never changed, only replaced.

    Attributes:
        picture_key: The picture it is in.
        picture_size_px: Width and height of that picture.
        corners: Four corners in pixels of the picture, clockwise from the content's top-left.
        found_corners: The corners as the detector gave them, for going back.
        name: What the user calls it; also the name of its file.
        source_dpi: Pixels of the picture per inch of the card.
        flags: What is not good enough about it.
        card_format: Its format; None goes by its shape.
        is_lossless: Whether its picture was stored without loss.
        focal_35mm: Focal length that its picture notes, in millimetres as on 35 mm film; None where it notes none.
        pairing: The document it is a side of, if any.
        key: Tells it from every other card.
    """

    picture_key: str
    picture_size_px: tuple[int, int]
    corners: Corners
    found_corners: Corners
    name: str
    source_dpi: float
    flags: tuple[QualityFlag, ...] = ()
    card_format: CardFormat | None = None
    is_lossless: bool = True
    focal_35mm: float | None = None
    pairing: Pairing | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def quad(self) -> FloatArray:
        """The corners as an array, (4, 2)."""
        return np.array(self.corners, np.float64)

    @property
    def true_format(self) -> CardFormat:
        """The format it is cut out in."""
        return self.card_format or tell_shape(self.quad, self.picture_size_px, self.focal_35mm).card_format

    def turned(self, quarters: int) -> AlbumCard:
        """The card turned clockwise by so many quarters; whoever turns it knows which way is up."""
        return replace(
            self,
            corners=rolled(self.corners, quarters),
            found_corners=rolled(self.found_corners, quarters),
            flags=tuple(flag for flag in self.flags if flag is not QualityFlag.UNSURE_UPRIGHT),
        )


def as_corners(quad: FloatArray) -> Corners:
    """An array of shape (4, 2) as the corners of a card."""
    return tuple((float(x), float(y)) for x, y in quad)


def rolled(corners: Corners, quarters: int) -> Corners:
    """The corners of the same outline for content turned clockwise by so many quarters."""
    return tuple(corners[(index - quarters) % 4] for index in range(4))
