"""Corners that are being corrected: what the handles and keys of the editor do to them."""

from __future__ import annotations

import numpy as np

from app.session.album_card import Corners, as_corners, rolled
from detector.geometry import FloatArray, is_convex_clockwise


class CornerEdit:
    """Four corners under correction. A step that would fold the outline over is not taken.

    Handles 0 to 3 are the corners, 4 to 7 the edges that begin at them.
    """

    def __init__(self, corners: Corners, found: Corners, picture_size_px: tuple[int, int]) -> None:
        self._corners = np.array(corners, np.float64)
        self._found = np.array(found, np.float64)
        self._size_px = picture_size_px
        self.selected = 0

    @property
    def corners(self) -> Corners:
        """The corners as they are now."""
        return as_corners(self._corners)

    @property
    def quad(self) -> FloatArray:
        """The same as an array, (4, 2)."""
        return self._corners

    def handle(self, index: int) -> FloatArray:
        """Where a handle is: a corner, or the middle of an edge."""
        if index < 4:
            return np.asarray(self._corners[index])
        return np.asarray((self._corners[index - 4] + self._corners[(index - 3) % 4]) / 2)

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
        corners = self._corners.copy()
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
        return self._take(np.asarray(quad, np.float64).copy())

    def turn(self, quarters: int) -> None:
        """Turn the content clockwise by so many quarters."""
        self._corners = np.array(rolled(self.corners, quarters))
        self._found = np.array(rolled(as_corners(self._found), quarters))

    def reset(self) -> bool:
        """Back to what the detector found."""
        return self._take(self._found.copy())

    def _take(self, corners: FloatArray) -> bool:
        """Corners may lie a little outside the picture, for a card that is cut off."""
        size = np.array(self._size_px, np.float64)
        corners = np.clip(corners, -0.25 * size, 1.25 * size)
        if not is_convex_clockwise(corners):
            return False
        self._corners = np.asarray(corners, np.float64)
        return True
