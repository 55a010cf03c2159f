"""A picture at several sizes, so that drawing it small neither aliases nor takes the time of drawing it large."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image

SMALLEST_SIDE_PX = 24
# A level with up to this many times the pixels across that it will cover is sharp, and does not alias to the eye.
SHARPNESS = 1.5


@dataclass(frozen=True, slots=True)
class MipMap:
    """Levels from full size down by halves; levels of BGRA pictures have a transparent rim of one pixel.

    The rim repeats the colour of the edge, so that interpolation across the edge fades only the alpha.
    """

    levels: tuple[Image, ...]

    @property
    def rim_px(self) -> int:
        """Width of the transparent rim."""
        return 1 if self.levels[0].shape[2] == 4 else 0

    @property
    def aspect(self) -> float:
        """Width over height of the picture itself."""
        height, width = self.levels[0].shape[:2]
        return float((width - 2 * self.rim_px) / (height - 2 * self.rim_px))

    def for_area(self, area_px: float) -> tuple[Image, NDArray[np.float64]]:
        """The level to draw where the picture covers `area_px`, and the quad of the picture proper within it."""
        rim = self.rim_px
        for level in reversed(self.levels):
            height, width = level.shape[0] - 2 * rim, level.shape[1] - 2 * rim
            if width * height * SHARPNESS**2 >= area_px * SHARPNESS:
                break
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
        return level, corners + rim


def build_mipmap(image: Image) -> MipMap:
    """All levels of a BGR or BGRA picture."""
    levels = []
    while True:
        levels.append(_rimmed(image) if image.shape[2] == 4 else image)
        height, width = image.shape[0] // 2, image.shape[1] // 2
        if min(width, height) < SMALLEST_SIDE_PX:
            return MipMap(tuple(levels))
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _rimmed(image: Image) -> Image:
    rimmed = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    rimmed[[0, -1], :, 3] = 0
    rimmed[:, [0, -1], 3] = 0
    return np.asarray(rimmed, np.uint8)
