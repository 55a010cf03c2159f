"""What happens to a drawn face before it is a card: copying, lamination, wear, and cutting to shape."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import paint
from detector.training.synthesis.paint import ImageU8
from detector.training.synthesis.sampling import chance, uniform, whole


def grey_copy(rng: np.random.Generator, image: ImageU8) -> ImageU8:
    """Returns the face as a photocopier or a grey printer gives it: paper, contrast, toner noise, maybe a border."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32) / np.float32(255)
    low, high = (float(level) for level in np.percentile(grey[::4, ::4], (1, uniform(rng, 50, 92))))
    grey = np.clip((grey - low) / max(high - low, 0.15), 0, 1)
    gamma = uniform(rng, 0.6, 1.5)
    black, white = uniform(rng, 0.0, 0.3), uniform(rng, 0.78, 1.0)
    toned = black + (white - black) * grey ** np.float32(gamma)
    toned = np.asarray(toned + rng.standard_normal(grey.shape, np.float32) * np.float32(uniform(rng, 0, 0.035)))
    if chance(rng, 0.3):
        toned = np.asarray(cv2.GaussianBlur(toned, (0, 0), uniform(rng, 0.4, 0.9)))
    if chance(rng, 0.3):
        toned = toned + np.float32(0.1) * (paint.smooth_noise(rng, image.shape[0], image.shape[1], 3) - np.float32(0.5))
    tint = np.array((uniform(rng, 0.94, 1.0), uniform(rng, 0.97, 1.0), 1.0), np.float32)
    copy: ImageU8 = np.clip(toned[..., None] * tint * 255, 0, 255).astype(np.uint8)
    if chance(rng, 0.35):
        _add_border(copy, whole(rng, 2, 9), whole(rng, 215, 255))
    return copy


def _add_border(image: ImageU8, thickness: int, level: int) -> None:
    image[:thickness] = image[-thickness:] = level
    image[:, :thickness] = image[:, -thickness:] = level


def wear(rng: np.random.Generator, image: ImageU8) -> None:
    """Ages the surface: scratches, paper grain or a fading towards one side, each only at times."""
    height, width = image.shape[:2]
    if chance(rng, 0.15):
        stencil = paint.empty_stencil(image)
        for _ in range(whole(rng, 3, 25)):
            start = np.array((uniform(rng, 0, width), uniform(rng, 0, height)))
            end = start + rng.normal(0, 60, 2)
            cv2.line(stencil, tuple(start.astype(int).tolist()), tuple(end.astype(int).tolist()), 255, 1, cv2.LINE_AA)
        paint.blend(image, paint.as_mask(stencil), paint.WHITE, uniform(rng, 0.1, 0.5))
    if chance(rng, 0.2):
        grain = rng.standard_normal((height, width), np.float32) * np.float32(uniform(rng, 0.01, 0.035))
        paint.multiply(image, np.float32(1) + grain)
    if chance(rng, 0.12):
        paint.blend(image, paint.ramp(height, width, uniform(rng, 0, 6.28)), paint.WHITE, uniform(rng, 0.1, 0.4))


def add_lamination_rim(rng: np.random.Generator, image: ImageU8) -> None:
    """Turns the outermost millimetre or two into clear foil: a pale rim with a thin line inside."""
    height, width = image.shape[:2]
    rim = whole(rng, 4, 12)
    mask = np.ones((height, width), np.float32)
    mask[rim:-rim, rim:-rim] = 0
    paint.blend(image, mask, (235, 235, 230), uniform(rng, 0.4, 0.9))
    cv2.rectangle(image, (rim, rim), (width - rim - 1, height - rim - 1), (190, 190, 190), 1)


def cut(image: ImageU8, radius_px: float) -> NDArray[np.uint8]:
    """Returns the face as BGRA, transparent outside corners of the given radius (0: square corners)."""
    height, width = image.shape[:2]
    alpha = np.full((height, width), 255, np.uint8)
    if radius_px > 0:
        x = np.abs(np.arange(width) - (width - 1) / 2)[None, :] - (width / 2 - radius_px)
        y = np.abs(np.arange(height) - (height - 1) / 2)[:, None] - (height / 2 - radius_px)
        outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) - radius_px
        alpha = np.rint(np.clip(0.5 - outside, 0, 1) * 255).astype(np.uint8)
    return np.dstack((image, alpha))
