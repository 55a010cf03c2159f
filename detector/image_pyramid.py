"""A picture at half its size, a quarter, and so on: what both looks read instead of every pixel of a large picture."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from detector.geometry import FloatArray, Image, warp_linearly

# A BGR picture (H, W, 3) of bytes where its engine reads it: an array, or a tensor on a device.
Raster = Any


class Pyramid(ABC):
    """The levels of a picture, and what the two looks take from them.

    A pixel of level k covers exactly 2^k x 2^k pixels of the picture; what is left over at the right and the bottom,
    less than 2^k pixels, is dropped.
    """

    def __init__(self, size_px: tuple[int, int]) -> None:
        """Describe a picture of that width and height."""
        self.size_px = size_px

    def level_for(self, scale: float) -> int:
        """Index of the smallest level with at least `scale` (above 0) of the picture's resolution, and any pixels."""
        smallest = int(math.log2(min(self.size_px)))
        return min(max(0, int(math.log2(1 / scale))), smallest)

    def level_size_px(self, index: int) -> tuple[int, int]:
        """Width and height of a level."""
        width, height = self.size_px
        return width >> index, height >> index

    @abstractmethod
    def fitted(
        self, level: int, size_px: tuple[int, int], canvas_px: tuple[int, int], *, is_turned: bool = False
    ) -> Raster:
        """A level scaled to a size, turned a quarter to the left if wanted, at the top-left of a black canvas."""

    @abstractmethod
    def warped(self, level: int, matrix: FloatArray, size_px: tuple[int, int]) -> Raster:
        """A level through a homography from its coordinates; black where there is no picture."""

    @staticmethod
    @abstractmethod
    def batch(rasters: Sequence[Raster]) -> Raster:
        """One or more pictures of one size as (N, H, W, 3)."""


class ImagePyramid(Pyramid):
    """A picture in the machine's memory and its halvings, each made when it is first asked for.

    Halving is the one reduction that OpenCV does with vector instructions: twice is several times faster than once by
    four.
    """

    def __init__(self, image: Image) -> None:
        """Keep a picture, BGR uint8 (H, W, 3), as level 0."""
        super().__init__((image.shape[1], image.shape[0]))
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

    def fitted(
        self, level: int, size_px: tuple[int, int], canvas_px: tuple[int, int], *, is_turned: bool = False
    ) -> Image:
        """See `Pyramid.fitted`."""
        image = self.level(level)
        if self.level_size_px(level) != size_px:
            # A level has less than twice the wanted resolution: samples between four pixels leave none out. The means
            # of OpenCV's INTER_AREA take eight times as long, for one card of 789 more.
            image = np.asarray(cv2.resize(image, size_px, interpolation=cv2.INTER_LINEAR), np.uint8)
        if is_turned:
            image = np.asarray(cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8)
        canvas = np.zeros((canvas_px[1], canvas_px[0], 3), np.uint8)
        canvas[: image.shape[0], : image.shape[1]] = image
        return canvas

    def warped(self, level: int, matrix: FloatArray, size_px: tuple[int, int]) -> Image:
        """See `Pyramid.warped`."""
        return warp_linearly(self.level(level), matrix, size_px)

    @staticmethod
    def batch(rasters: Sequence[Image]) -> Raster:
        """See `Pyramid.batch`."""
        return np.stack(rasters)


def _halved(image: Image) -> Image:
    height, width = image.shape[0] // 2, image.shape[1] // 2
    even = image[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
