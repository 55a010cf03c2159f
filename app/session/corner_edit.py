"""Corners that are being corrected: what the handles and keys of the editor do to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from app.documents.formats import CardFormat
from app.session.album_card import Corners, as_corners, rolled
from app.session.history import History
from detector.geometry import FloatArray, is_convex_clockwise


@dataclass(frozen=True, slots=True)
class Draft:
    """What a correction has come to.

    Attributes:
        corners: The corners, clockwise from the content's top-left.
        found: The corners as the detector gave them, turned as the card is.
        card_format: The format that was chosen; None goes by the shape.
    """

    corners: Corners
    found: Corners
    card_format: CardFormat | None = None


class CornerEdit:
    """A card under correction. A move that would fold the outline over is not taken.

    Handles 0 to 3 are the corners, 4 to 7 the edges that begin at them. All moves between two calls of `end_step` are
    undone at once; whatever is no move is a step of its own.
    """

    def __init__(self, draft: Draft, picture_size_px: tuple[int, int]) -> None:
        self._draft = draft
        self._history = History(draft)
        self._size_px = picture_size_px
        self.selected = 0

    @property
    def draft(self) -> Draft:
        """The correction as it is now."""
        return self._draft

    @property
    def corners(self) -> Corners:
        """The corners as they are now."""
        return self._draft.corners

    @property
    def quad(self) -> FloatArray:
        """The same as an array, (4, 2)."""
        return np.array(self._draft.corners, np.float64)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._history.undoable is not None or self._draft != self._history.state

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._history.redoable is not None and self._draft == self._history.state

    def end_step(self) -> None:
        """What was moved until now is undone apart from what comes."""
        self._history.do(self._draft, "")

    def undo(self) -> bool:
        """Go back one step; False at the beginning."""
        self.end_step()
        is_done = self._history.undo()
        self._draft = self._history.state
        return is_done

    def redo(self) -> bool:
        """Do again what was undone last; False where nothing was."""
        self.end_step()
        is_done = self._history.redo()
        self._draft = self._history.state
        return is_done

    def handle(self, index: int) -> FloatArray:
        """Where a handle is: a corner, or the middle of an edge."""
        quad = self.quad
        return np.asarray(quad[index] if index < 4 else (quad[index - 4] + quad[(index - 3) % 4]) / 2)

    def nearest_handle(self, x: float, y: float, within_px: float) -> int | None:
        """The handle nearest to a place, corners first; None where none is within reach."""
        distances = [float(np.hypot(*(self.handle(index) - (x, y)))) for index in range(8)]
        for candidates in (range(4), range(4, 8)):
            nearest = min(candidates, key=lambda index: distances[index])
            if distances[nearest] <= within_px:
                return nearest
        return None

    def move_to(self, index: int, x: float, y: float) -> bool:
        """Move a handle to a place."""
        return self.nudge(index, *(np.array([x, y]) - self.handle(index)))

    def nudge(self, index: int, dx: float, dy: float) -> bool:
        """Move a handle by so much: a corner freely, an edge as a whole and only across itself."""
        corners = self.quad
        if index < 4:
            corners[index] += (dx, dy)
        else:
            first, second = index - 4, (index - 3) % 4
            along = corners[second] - corners[first]
            normal = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
            step = float(normal @ (dx, dy)) * normal
            corners[[first, second]] += step
        return self._take(corners)

    def replace(self, quad: FloatArray) -> bool:
        """Take other corners as a whole."""
        self.end_step()
        return self._take(quad)

    def turn(self, quarters: int) -> None:
        """Turn the content clockwise by so many quarters."""
        self.end_step()
        corners, found = rolled(self._draft.corners, quarters), rolled(self._draft.found, quarters)
        self._draft = replace(self._draft, corners=corners, found=found)

    def reset(self) -> bool:
        """Back to what the detector found."""
        return self.replace(np.array(self._draft.found, np.float64))

    def choose_format(self, card_format: CardFormat | None) -> bool:
        """Take a format; False where it is the present one."""
        if card_format == self._draft.card_format:
            return False
        self.end_step()
        self._draft = replace(self._draft, card_format=card_format)
        return True

    def _take(self, quad: FloatArray) -> bool:
        """Corners may lie a little outside the picture, for a card that is cut off."""
        size = np.array(self._size_px, np.float64)
        quad = np.clip(np.asarray(quad, np.float64), -0.25 * size, 1.25 * size)
        if not is_convex_clockwise(quad):
            return False
        self._draft = replace(self._draft, corners=as_corners(quad))
        return True
