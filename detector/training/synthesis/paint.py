"""Colours, masks and blending: the few operations that all drawing on card faces is made of.

Pictures are BGR uint8 (H, W, 3) and are changed in place; masks are float32 (H, W) from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Color: TypeAlias = tuple[int, int, int]
ImageU8: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.float32]

WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Returns the BGR colour of a hue (0 to 1, cyclic), saturation and value (0 to 1)."""
    offsets = np.array((5.0, 3.0, 1.0))
    wheel = (offsets + hue * 6.0) % 6.0
    red, green, blue = value - value * saturation * np.clip(np.minimum(wheel, 4.0 - wheel), 0.0, 1.0)
    return int(blue * 255), int(green * 255), int(red * 255)


def mix(first: Color, second: Color, share: float) -> Color:
    """Returns the colour that lies `share` (0 to 1) of the way from the first to the second."""
    blue, green, red = (int(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return blue, green, red


def luminance(color: Color) -> float:
    """Returns how light a colour is, 0 to 1."""
    return (0.114 * color[0] + 0.587 * color[1] + 0.299 * color[2]) / 255.0


def blend(image: ImageU8, mask: Mask, paint: Color | ImageU8, opacity: float = 1.0) -> None:
    """Lays a colour, or a picture of equal size, over the picture where the mask says so."""
    weight = (mask if opacity == 1.0 else mask * np.float32(opacity)).astype(np.float32)
    if isinstance(paint, tuple):
        layer = np.empty_like(image)
        layer[:] = paint
    else:
        layer = paint
    image[:] = cv2.blendLinear(np.ascontiguousarray(image), layer, 1.0 - weight, weight)


def multiply(image: ImageU8, factor: Mask) -> None:
    """Multiplies the picture by a factor for each pixel (shading)."""
    np.clip(image * factor[..., None], 0, 255, out=image, casting="unsafe")


def empty_canvas(height: int, width: int, color: Color) -> ImageU8:
    """Returns a picture of one colour."""
    return np.full((height, width, 3), color, np.uint8)


def empty_stencil(image: ImageU8) -> ImageU8:
    """Returns an all-zero uint8 (H, W) picture, to draw shapes on that become a mask."""
    return np.zeros(image.shape[:2], np.uint8)


def as_mask(stencil: ImageU8, blur_px: float = 0.0) -> Mask:
    """Turns a drawn stencil into a mask, with soft edges if asked."""
    mask = stencil.astype(np.float32) / np.float32(255.0)
    return soften(mask, blur_px) if blur_px > 0 else mask


def soften(mask: Mask, sigma_px: float) -> Mask:
    """Returns the mask under a Gaussian blur; wide blurs are worked out at a lower resolution."""
    factor = int(np.clip(sigma_px / 3.0, 1, 8))
    if factor == 1:
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma_px), np.float32)
    height, width = mask.shape
    small_size = (max(1, width // factor), max(1, height // factor))
    small = cv2.resize(mask, small_size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / factor)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def smooth_noise(rng: np.random.Generator, height: int, width: int, cells: int) -> Mask:
    """Returns smooth noise of mean about 0.5: a random grid of `cells` across the width, enlarged."""
    rows = max(2, round(cells * height / width))
    grid = rng.random((rows, max(2, cells)), dtype=np.float32)
    noise = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(noise, 0.0, 1.0).astype(np.float32)


def fractal_noise(rng: np.random.Generator, height: int, width: int, cells: int, octaves: int = 3) -> Mask:
    """Returns noise with detail: smooth noise of doubling frequency and halving strength."""
    total = np.zeros((height, width), np.float32)
    norm = 0.0
    for octave in range(octaves):
        strength = 0.5**octave
        total += np.float32(strength) * smooth_noise(rng, height, width, cells * 2**octave)
        norm += strength
    return np.asarray(total / np.float32(norm), np.float32)


def ramp(height: int, width: int, angle_rad: float) -> Mask:
    """Returns a linear ramp from 0 to 1 across the picture in the direction of the angle."""
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * np.float32(np.cos(angle_rad))
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None] * np.float32(np.sin(angle_rad))
    field = x + y
    low, high = float(field.min()), float(field.max())
    return np.asarray((field - low) / max(high - low, 1e-6), np.float32)


def gradient_picture(field: Mask, stops: Sequence[Color]) -> ImageU8:
    """Returns the picture whose colours follow a field (0 to 1) through the given stops."""
    positions = np.linspace(0, 255, len(stops))
    table = np.stack([np.interp(np.arange(256), positions, [stop[c] for stop in stops]) for c in range(3)], axis=1)
    index = np.clip(field * 255.0, 0, 255).astype(np.uint8)
    return np.asarray(table.astype(np.uint8)[index], np.uint8)


def rounded_rectangle(stencil: ImageU8, box: tuple[int, int, int, int], radius_px: float) -> None:
    """Fills a rounded rectangle, given as (x1, y1, x2, y2) in pixels, with 255 in a stencil."""
    x1, y1, x2, y2 = box
    radius = int(min(radius_px, (x2 - x1) / 2, (y2 - y1) / 2))
    cv2.rectangle(stencil, (x1 + radius, y1), (x2 - radius, y2), 255, -1)
    cv2.rectangle(stencil, (x1, y1 + radius), (x2, y2 - radius), 255, -1)
    for center in ((x1 + radius, y1 + radius), (x2 - radius, y1 + radius), (x1 + radius, y2 - radius)):
        cv2.circle(stencil, center, radius, 255, -1, cv2.LINE_AA)
    cv2.circle(stencil, (x2 - radius, y2 - radius), radius, 255, -1, cv2.LINE_AA)


def paste(image: ImageU8, patch: ImageU8, x: int, y: int) -> None:
    """Copies a patch into the picture with its top-left corner at (x, y); what falls outside is cut off."""
    height, width = image.shape[:2]
    x1, y1 = max(0, x), max(0, y)
    x2, y2 = min(width, x + patch.shape[1]), min(height, y + patch.shape[0])
    if x2 > x1 and y2 > y1:
        image[y1:y2, x1:x2] = patch[y1 - y : y2 - y, x1 - x : x2 - x]
