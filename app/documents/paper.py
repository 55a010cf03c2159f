"""Where cards lie on a sheet of paper, in millimetres from its top-left corner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from app.documents.errors import PaperTooSmallError

_EDGE_MM = 10.0  # most printers leave less than 5 mm of an edge blank
_GAP_MM = 10.0
CAPTION_MM = 4.0
"""Height of a caption, letters and all."""
_CAPTION_GAP_MM = 2.0


class Paper(Enum):
    """A size of paper, standing: width and height in millimetres."""

    A4 = (210.0, 297.0)
    LETTER = (215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a sheet: the sheet's number from 0, and millimetres from its top-left corner."""

    sheet: int
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float

    @property
    def caption(self) -> Place:
        """Where the caption below goes, as wide as the card."""
        return Place(
            self.sheet, self.left_mm, self.top_mm + self.height_mm + _CAPTION_GAP_MM, self.width_mm, CAPTION_MM
        )


def place_cards(sizes_mm: Sequence[tuple[float, float]], paper: Paper) -> list[Place]:
    """Lay cards of true size (width, height) on as few sheets as a grid allows, front above back, centred.

    One column is used as long as it holds them all; room for a caption is left below each card.

    Raises:
        PaperTooSmallError: a card is larger than what of the paper can be printed on.
    """
    cell_width = max(width for width, _ in sizes_mm)
    cell_height = max(height for _, height in sizes_mm) + _CAPTION_GAP_MM + CAPTION_MM
    fitting_columns, rows = (_fitting(*pair) for pair in zip(paper.value, (cell_width, cell_height), strict=True))
    if not fitting_columns or not rows:
        raise PaperTooSmallError
    columns = min(fitting_columns, math.ceil(len(sizes_mm) / rows))
    used_rows = min(rows, math.ceil(len(sizes_mm) / columns))
    left = (paper.value[0] - columns * (cell_width + _GAP_MM) + _GAP_MM) / 2
    top = (paper.value[1] - used_rows * (cell_height + _GAP_MM) + _GAP_MM) / 2
    places = []
    for number, (width, height) in enumerate(sizes_mm):
        sheet, on_sheet = divmod(number, columns * rows)
        row, column = divmod(on_sheet, columns)
        x = left + column * (cell_width + _GAP_MM) + (cell_width - width) / 2
        places.append(Place(sheet, x, top + row * (cell_height + _GAP_MM), width, height))
    return places


def _fitting(paper_mm: float, cell_mm: float) -> int:
    """How many cells fit between the edges of the paper."""
    return int((paper_mm - 2 * _EDGE_MM + _GAP_MM) // (cell_mm + _GAP_MM))
