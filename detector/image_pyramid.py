"""A picture at half its size, a quarter, and so on: what both looks read instead of every pixel of a large picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from detector.geometry import Image


class ImagePyramid:
    """A picture and its halvings, each made when it is first asked for.

    Halving is the one reduction that OpenCV does with vector instructions: twice is several times faster than once by
    four. A pixel of level k covers exactly 2^k x 2^k pixels of the picture; what is left over at the right and the
    bottom, less than 2^k pixels, is dropped.
    """

    def __init__(self, image: Image) -> None:
        """Keep a picture, BGR uint8 (H, W, 3), as level 0."""
        self._levels = [image]

    @property
    def image(self) -> Image:
        """The picture itself."""
        return self._levels[0]

    def level(self, index: int) -> Image:
        """The picture halved `index` times, as `level_for` gives it."""
        while len(self._levels) <= index:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[index]

    def level_for(self, scale: float) -> int:
        """Index of the smallest level with at least `scale` (above 0) of the picture's resolution, and any pixels."""
        smallest = int(math.log2(min(self.image.shape[:2])))
        return min(max(0, int(math.log2(1 / scale))), smallest)


def _halved(image: Image) -> Image:
    height, width = image.shape[0] // 2, image.shape[1] // 2
    even = image[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
