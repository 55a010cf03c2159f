"""Where cards lie on a sheet of paper, in millimetres from its top-left corner."""

from __future__ import annotations

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


def place_cards(
    sizes_mm: Sequence[tuple[float, float]], paper: Paper, documents: Sequence[int] | None = None
) -> list[Place]:
    """Lay cards of true size (width, height) on sheets, column after column from the top down, centred.

    One column is used as long as it holds them all; otherwise the columns are as short as their number allows. Room for
    a caption is left below each card.

    Args:
        sizes_mm: At least one card.
        paper: Of the sheets.
        documents: How many cards each document has, in their order: they stand in one column where it is high enough.
            By default each card is a document of its own.

    Raises:
        PaperTooSmallError: a card is larger than what of the paper can be printed on.
    """
    cell_width = max(width for width, _ in sizes_mm)
    cell_height = max(height for _, height in sizes_mm) + _CAPTION_GAP_MM + CAPTION_MM
    columns, rows = (_fitting(*pair) for pair in zip(paper.value, (cell_width, cell_height), strict=True))
    if not columns or not rows:
        raise PaperTooSmallError
    cells = _in_shortest_columns(documents or [1] * len(sizes_mm), rows)
    columns, rows = min(columns, cells[-1][0] + 1), max(row for _, row in cells) + 1
    left = (paper.value[0] - columns * (cell_width + _GAP_MM) + _GAP_MM) / 2
    top = (paper.value[1] - rows * (cell_height + _GAP_MM) + _GAP_MM) / 2
    places = []
    for (width, height), (column, row) in zip(sizes_mm, cells, strict=True):
        sheet, on_sheet = divmod(column, columns)
        x = left + on_sheet * (cell_width + _GAP_MM) + (cell_width - width) / 2
        places.append(Place(sheet, x, top + row * (cell_height + _GAP_MM), width, height))
    return places


def _in_shortest_columns(documents: Sequence[int], rows: int) -> list[tuple[int, int]]:
    """`_in_columns`, with columns no higher than their number asks for."""
    cells = _in_columns(documents, rows)
    lower = (_in_columns(documents, height) for height in range(min(max(documents), rows), rows))
    return next((fewer for fewer in lower if fewer[-1][0] == cells[-1][0]), cells)


def _in_columns(documents: Sequence[int], rows: int) -> list[tuple[int, int]]:
    """The column, counted on over all sheets, and row of each card; no column parts a document that it could hold."""
    cells, column, row = [], 0, 0
    for cards in documents:
        if row and row + min(cards, rows) > rows:
            column, row = column + 1, 0
        for _ in range(cards):
            if row == rows:
                column, row = column + 1, 0
            cells.append((column, row))
            row += 1
    return cells


def _fitting(paper_mm: float, cell_mm: float) -> int:
    """How many cells fit between the edges of the paper."""
    return int((paper_mm - 2 * _EDGE_MM + _GAP_MM) // (cell_mm + _GAP_MM))
