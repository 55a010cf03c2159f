"""How sharp a card is in a picture, so that a blurred one is not kept unnoticed."""

from __future__ import annotations

import cv2
import numpy as np

from detector.geometry import FloatArray, Image, homography, is_convex_clockwise, rectangle_quad, warp_perspective

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
    grey = cv2.cvtColor(_view(image, quad), cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (1, 99))
    if high - low < _SMALLEST_CONTRAST:
        return 0.0
    across = np.abs(np.diff(grey, axis=1))[:-1]
    down = np.abs(np.diff(grey, axis=0))[:, :-1]
    return float(min(1.0, np.percentile(np.maximum(across, down), 99) / (0.5 * (high - low))))


def _view(image: Image, quad: FloatArray) -> Image:
    """The inside of the card without its rim, whose edge is sharp however blurred the print is."""
    width, height = _VIEW_PX
    outer = rectangle_quad(width * (1 + 2 * _BORDER), height * (1 + 2 * _BORDER)) - (width * _BORDER, height * _BORDER)
    return warp_perspective(image, homography(quad, outer), _VIEW_PX, border_mode=cv2.BORDER_REPLICATE)
