"""Even light and neutral white on a straight card. Changes colours, so it is only done when asked for."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image

_WORKING_SIDE_PX = 160
_LIGHT_WINDOW = 0.35  # of the longer side: wider than a portrait, which is dark of itself
_GAIN_LIMITS = (0.75, 1.6)  # beyond these it is the card's print that is dark or bright, not the light on it
_CAST_LIMITS = (0.8, 1.25)
_PAPER_SHARE = 90  # percentile of brightness that counts as the card's lightest ground


def enhance(card: Image) -> Image:
    """Even out shadow and the veil of glare, and make the card's lightest ground neutral.

    Light is estimated as the brightness of the lightest spot in each wide neighbourhood, and divided out within
    limits. Where glare has burnt the picture out, nothing can be brought back.

    Args:
        card: BGR uint8, shape (H, W, 3); left as it is.
    """
    light = _light(card)
    level = float(np.median(light))
    gain = np.clip(level / np.maximum(light, 1.0), *_GAIN_LIMITS)
    evened = card.astype(np.float32) * cv2.resize(gain, (card.shape[1], card.shape[0]))[..., None]
    return np.asarray(np.round(np.clip(evened * _neutral_gains(evened), 0, 255)), np.uint8)


def _light(card: Image) -> NDArray[np.float32]:
    """Smooth brightness of the light on the card, on a small grid; shape (h, w)."""
    height, width = card.shape[:2]
    scale = _WORKING_SIDE_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    brightness = cv2.resize(card, size, interpolation=cv2.INTER_AREA).max(axis=2).astype(np.float32)
    side = max(3, round(_LIGHT_WINDOW * _WORKING_SIDE_PX) | 1)
    lightest = cv2.dilate(cv2.medianBlur(brightness, 5), np.ones((side, side), np.uint8))
    return cv2.GaussianBlur(lightest, (side, side), 0, borderType=cv2.BORDER_REPLICATE)  # type: ignore[return-value]


def _neutral_gains(card: NDArray[np.float32]) -> NDArray[np.float32]:
    """A factor for each channel that makes the mean of the lightest pixels grey; shape (3,)."""
    brightness = card.mean(axis=2)
    lightest = card[brightness >= np.percentile(brightness, _PAPER_SHARE)].mean(axis=0)
    return np.asarray(np.clip(lightest.mean() / np.maximum(lightest, 1.0), *_CAST_LIMITS), np.float32)
