"""What light and camera do to a scene: uneven and coloured light, shadow stripes, glare, blur, noise, JPEG, moire."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image

NOISE_TILE_PX = 512


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True with the given probability."""
    return bool(rng.random() < probability)


def photograph(rng: np.random.Generator, image: Image, detail: float = 1.0) -> Image:
    """Light the scene and take its picture.

    Args:
        rng: Where all choices come from.
        image: The scene, BGR.
        detail: Size of a scene pixel in pixels of the picture: below 1, the picture had fewer pixels than `image`, so
            blur, noise and JPEG act at that lower resolution and the result is enlarged again.
    """
    height, width = image.shape[:2]
    image = _light(rng, image)
    if detail < 1.0:
        small = (max(16, round(width * detail)), max(16, round(height * detail)))
        image = np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), np.uint8)
    image = _blur(rng, image)
    image = _expose(rng, image)
    image = _noise(rng, image)
    if chance(rng, 0.5):
        image = _jpeg(rng, image)
    if image.shape[:2] != (height, width):
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return image


def _light(rng: np.random.Generator, image: Image) -> Image:
    """Multiply by a light field of low resolution (gradient, colour, stripes of shadow) and add glare."""
    height, width = image.shape[:2]
    field = np.ones((height // 2, width // 2), np.float32)
    if chance(rng, 0.6):
        field *= _gradient(rng, field.shape)
    if chance(rng, 0.22):
        field *= _shadow_stripes(rng, field.shape)
    elif chance(rng, 0.15):
        field *= _soft_shadow(rng, field.shape)
    if chance(rng, 0.08):
        field *= _moire(rng, field.shape)
    lit = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    colour = _light_colour(rng)
    gains = cv2.merge([lit * colour[0], lit * colour[1], lit * colour[2]])
    out = cv2.multiply(image, gains, dtype=cv2.CV_8U)
    if chance(rng, 0.18):
        glare = cv2.resize(_glare(rng, field.shape), (width, height), interpolation=cv2.INTER_LINEAR)
        tint = 255 * np.clip(colour / colour.max(), 0.75, 1.0)
        out = cv2.add(out, cv2.merge([glare * t for t in tint]), dtype=cv2.CV_8U)
    return np.asarray(out, np.uint8)


def _light_colour(rng: np.random.Generator) -> NDArray[np.float32]:
    """Per-channel gains: mostly near neutral, sometimes warm or cold, sometimes strongly coloured light."""
    spread = rng.choice([0.03, 0.12, 0.28], p=[0.5, 0.4, 0.1])
    colour = np.exp(rng.normal(0, spread, 3))
    return np.asarray(colour / colour.max() * rng.uniform(0.85, 1.1), np.float32)


def _plane(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Signed distance along a random direction through a random point, in units of the longer side."""
    height, width = shape
    angle = rng.uniform(0, 2 * np.pi)
    x = (np.arange(width, dtype=np.float32) - rng.uniform(0, width)) * np.cos(angle)
    y = (np.arange(height, dtype=np.float32) - rng.uniform(0, height)) * np.sin(angle)
    return np.asarray((x[None, :] + y[:, None]) / max(shape), np.float32)


def _gradient(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(np.clip(1.0 + rng.uniform(0.1, 0.8) * _plane(rng, shape), 0.4, 1.4), np.float32)


def _shadow_stripes(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Bars of shadow with soft or hard edges, as a window blind throws them."""
    period = rng.uniform(0.12, 0.6)
    phase = _plane(rng, shape) / period
    if chance(rng, 0.3):
        phase += 0.3 * np.sin(6 * _plane(rng, shape))
    share = rng.uniform(0.25, 0.7)
    softness = rng.choice([0.03, 0.08, 0.2])
    wave = np.abs(phase - np.floor(phase) - 0.5) * 2
    shadow = np.clip((wave - share) / softness + 0.5, 0, 1)
    return np.asarray(1 - rng.uniform(0.25, 0.65) * shadow, np.float32)


def _soft_shadow(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """One large shadow edge, as of the photographer or the phone."""
    edge = np.clip(_plane(rng, shape) / rng.uniform(0.02, 0.3) + 0.5, 0, 1)
    return np.asarray(1 - rng.uniform(0.2, 0.6) * edge, np.float32)


def _moire(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    waves = np.sin(_plane(rng, shape) * rng.uniform(120, 400)) * np.sin(_plane(rng, shape) * rng.uniform(20, 120))
    return np.asarray(1 + rng.uniform(0.02, 0.08) * waves, np.float32)


def _glare(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """One or two bright spots, 0 to about 1."""
    height, width = shape
    total = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        radius = rng.uniform(0.04, 0.25) * max(shape)
        x = (np.arange(width, dtype=np.float32) - rng.uniform(0, width)) / (radius * rng.uniform(0.6, 1.8))
        y = (np.arange(height, dtype=np.float32) - rng.uniform(0, height)) / radius
        total += rng.uniform(0.2, 1.0) * np.exp(-(x[None, :] ** 2)) * np.exp(-(y[:, None] ** 2))
    return total


def _blur(rng: np.random.Generator, image: Image) -> Image:
    kind = rng.random()
    if kind < 0.35:
        return image
    scale = max(image.shape[:2]) / 320
    if kind < 0.85:
        sigma = scale * rng.choice([rng.uniform(0.3, 0.8), rng.uniform(0.8, 1.4)], p=[0.8, 0.2])
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)
    length = int(scale * rng.uniform(2, 5.5)) | 1
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    end = (length // 2) * np.array([np.cos(angle), np.sin(angle)])
    middle = length // 2
    first, last = np.round(middle - end).astype(int), np.round(middle + end).astype(int)
    cv2.line(kernel, (int(first[0]), int(first[1])), (int(last[0]), int(last[1])), 1.0)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def _expose(rng: np.random.Generator, image: Image) -> Image:
    """A tone curve: gamma, gain (dim to overexposed), black level; sometimes a grey picture or less colour."""
    gamma = np.exp(rng.normal(0, 0.25))
    gain = rng.choice([rng.uniform(0.75, 1.15), rng.uniform(0.4, 0.75), rng.uniform(1.15, 1.45)], p=[0.72, 0.18, 0.1])
    black = rng.uniform(0, 30) if chance(rng, 0.3) else 0.0
    levels = np.arange(256) / 255
    curve = np.clip(black + (255 - black) * gain * levels**gamma, 0, 255).astype(np.uint8)
    out = cv2.LUT(image, curve)
    if chance(rng, 0.25):
        grey = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        out = grey if chance(rng, 0.35) else cv2.addWeighted(out, 0.5, grey, 0.5, 0)
    return np.asarray(out, np.uint8)


@lru_cache(maxsize=1)
def _noise_tile() -> NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal((NOISE_TILE_PX, NOISE_TILE_PX, 3), np.float32)


def _noise_field(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """A random cut of the noise tile, which is repeated for pictures that are larger."""
    tile = _noise_tile()
    repeats = -(-max(height, width) // NOISE_TILE_PX)
    if repeats > 1:
        tile = np.asarray(cv2.repeat(tile, repeats, repeats), np.float32)
    y, x = rng.integers(0, tile.shape[0] - height + 1), rng.integers(0, tile.shape[1] - width + 1)
    return tile[y : y + height, x : x + width]


def _noise(rng: np.random.Generator, image: Image) -> Image:
    if chance(rng, 0.25):
        return image
    height, width = image.shape[:2]
    sigma = rng.choice([rng.uniform(0.5, 4), rng.uniform(4, 14)], p=[0.8, 0.2])
    noise = _noise_field(rng, height, width)
    return np.asarray(cv2.scaleAdd(noise, sigma, image.astype(np.float32)).clip(0, 255), np.uint8)


def _jpeg(rng: np.random.Generator, image: Image) -> Image:
    quality = int(rng.uniform(30, 95))
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
