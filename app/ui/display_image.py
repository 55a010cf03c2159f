"""Pictures in the form in which the window can draw them at once. Made on workers' threads."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from detector.geometry import Image

_SMALLEST_LEVEL_PX = 512


@dataclass(frozen=True, slots=True, eq=False)
class DisplayImage:
    """A picture and its smaller copies, so that drawing it small costs little.

    Attributes:
        size: Of the picture, in pixels. Its largest copy may be smaller.
        levels: Largest first.
    """

    size: QSize
    levels: tuple[QImage, ...]

    def level_for(self, scale: float) -> QImage:
        """The smallest copy that still has a pixel for each pixel drawn at `scale` of the picture's size."""
        wanted_px = self.size.width() * scale
        return next((level for level in reversed(self.levels) if level.width() >= wanted_px), self.levels[0])


def as_qimage(image: Image) -> QImage:
    """A BGR picture as a QImage of its own memory, in the format that draws fastest."""
    height, width = image.shape[:2]
    drawn = QImage(width, height, QImage.Format.Format_RGB32)
    pixels = np.frombuffer(drawn.bits(), np.uint8).reshape(height, width, 4)  # rows of 4 bytes a pixel have no padding
    cv2.cvtColor(image, cv2.COLOR_BGR2BGRA, dst=pixels)
    return drawn


def display_image(image: Image) -> DisplayImage:
    """A picture for the canvas, each copy half as large as the one before."""
    height, width = image.shape[:2]
    levels = [as_qimage(image)]
    while max(image.shape[:2]) > 2 * _SMALLEST_LEVEL_PX:
        half = (max(1, image.shape[1] // 2), max(1, image.shape[0] // 2))
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)
        levels.append(as_qimage(image))
    return DisplayImage(QSize(width, height), tuple(levels))


def display_frame(image: Image, room: QSize) -> DisplayImage:
    """A live frame for the canvas: one copy, no larger than the `room` it is drawn in, so that it is drawn as it is.

    It is reduced by whole numbers as far as that goes and linearly from there, which takes a tenth of the time that
    averaging over areas of fractional size does.
    """
    height, width = image.shape[:2]
    scale = min(1.0, room.width() / width, room.height() / height)
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        whole = min(width // size[0], height // size[1])
        if whole > 1:
            reduced = (width // whole, height // whole)
            image = np.asarray(cv2.resize(image, reduced, interpolation=cv2.INTER_AREA), np.uint8)
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return DisplayImage(QSize(width, height), (as_qimage(image),))
