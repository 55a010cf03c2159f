"""How sharp a card is in a picture, so that a blurred one is not kept unnoticed."""

from __future__ import annotations

import cv2
import numpy as np

from detector.geometry import (
    FloatArray,
    Image,
    homography,
    is_convex_clockwise,
    rectangle_quad,
    side_lengths,
    warp_perspective,
)

_VIEW_PX = (480, 304)
_BORDER = 0.06
_SMALLEST_CONTRAST = 4.0


def sharpness(image: Image, quad: FloatArray) -> float:
    """Steepness of the card's steepest strokes, relative to its contrast: near 1 where sharp, under 0.35 where blurred.

    The card is seen at one size, whatever its size in the picture: what is too coarse for that is as good as blurred.
    The measure is the 99th percentile of the gradient between neighbouring pixels over the span of grey levels, which
    unlike the variance of the Laplacian does not depend on how much is printed on the card.

    Returns:
        0 to 1; 0 for a card without contrast or an outline that is no quad.
    """
    if not is_convex_clockwise(quad):
        return 0.0
    grey = np.asarray(cv2.cvtColor(_view(image, quad), cv2.COLOR_BGR2GRAY), np.uint8)
    low, high = _percentile(grey, 1), _percentile(grey, 99)
    if high - low < _SMALLEST_CONTRAST:
        return 0.0
    here, right, below = grey[:-1, :-1], grey[:-1, 1:], grey[1:, :-1]
    steepness = cv2.max(cv2.absdiff(right, here), cv2.absdiff(below, here))
    return min(1.0, _percentile(np.asarray(steepness, np.uint8), 99) / (0.5 * (high - low)))


def _percentile(levels: Image, percent: float) -> int:
    """The least level that so many of 100 pixels do not exceed; counting the levels is faster than sorting pixels."""
    counts = cv2.calcHist([levels], [0], None, [256], [0, 256]).ravel().cumsum()
    return int(np.searchsorted(counts, percent / 100 * counts[-1]))


def _view(image: Image, quad: FloatArray) -> Image:
    """The inside of the card, lying, without its rim, whose edge is sharp however blurred the print is."""
    width, height = _VIEW_PX
    top, right, bottom, left = side_lengths(quad)
    quad = np.roll(quad, 1, axis=0) if left + right > top + bottom else quad
    outer = rectangle_quad(width * (1 + 2 * _BORDER), height * (1 + 2 * _BORDER)) - (width * _BORDER, height * _BORDER)
    return warp_perspective(image, homography(quad, outer), _VIEW_PX, border_mode=cv2.BORDER_REPLICATE)
