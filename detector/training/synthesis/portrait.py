"""Portraits for card faces: drawn people or crops of photos, finished like the prints on real cards."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis.paint import ImageU8
from detector.training.synthesis.person import draw_person
from detector.training.synthesis.sampling import chance, pick, uniform, whole

_PHOTO_SHARE = 0.4


def random_portrait(
    rng: np.random.Generator, height: int, width: int, photos: Sequence[NDArray[np.uint8]] = ()
) -> ImageU8:
    """Returns a portrait of the given size: a drawn person or, at times, a random crop of one of the photos.

    Args:
        rng: the source of all randomness.
        height: pixels.
        width: pixels.
        photos: BGR pictures to crop from; without them every portrait is drawn.
    """
    if len(photos) > 0 and chance(rng, _PHOTO_SHARE):
        portrait = _photo_crop(rng, pick(rng, photos), height, width)
    else:
        drawn = draw_person(rng)
        portrait = np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return _finish(rng, portrait)


def _photo_crop(rng: np.random.Generator, photo: NDArray[np.uint8], height: int, width: int) -> ImageU8:
    scale = min(photo.shape[0] / height, photo.shape[1] / width) * uniform(rng, 0.35, 1.0)
    crop_height, crop_width = max(1, int(height * scale)), max(1, int(width * scale))
    y = whole(rng, 0, photo.shape[0] - crop_height)
    x = whole(rng, 0, photo.shape[1] - crop_width)
    crop = photo[y : y + crop_height, x : x + crop_width]
    return np.asarray(cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _finish(rng: np.random.Generator, portrait: ImageU8) -> ImageU8:
    """Gives a portrait the look of a print: grey or tinted at times, contrast, blur or grain."""
    picture = portrait.astype(np.float32)
    if chance(rng, 0.45):
        grey = cv2.cvtColor(portrait, cv2.COLOR_BGR2GRAY).astype(np.float32)[..., None]
        tint = rng.uniform(0.85, 1.0, 3) if chance(rng, 0.3) else np.ones(3)
        picture = grey * tint.astype(np.float32)
    picture = (picture - 128) * np.float32(uniform(rng, 0.85, 1.5)) + np.float32(128 + uniform(rng, -20, 30))
    picture += rng.standard_normal(portrait.shape[:2], np.float32)[..., None] * np.float32(uniform(rng, 0, 6))
    finished = np.clip(picture, 0, 255).astype(np.uint8)
    if chance(rng, 0.3):
        finished = np.asarray(cv2.GaussianBlur(finished, (0, 0), uniform(rng, 0.5, 1.2)), np.uint8)
    return finished
