"""Card formats of ISO/IEC 7810."""

from __future__ import annotations

from dataclasses import dataclass

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
