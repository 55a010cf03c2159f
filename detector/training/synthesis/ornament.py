"""Security print and other background ornament: gradients, guilloche, rosettes, washes, iridescent patches."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import paint, text, typesetting
from detector.training.synthesis.paint import Color, ImageU8, Mask
from detector.training.synthesis.palette import Palette
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform, whole

_SHIFT = 4  # sub-pixel bits of OpenCV's drawing functions


def draw_ground(rng: np.random.Generator, height: int, width: int, palette: Palette) -> ImageU8:
    """Returns the coloured ground of a card: plain, or a linear, radial or clouded gradient."""
    kind = pick_weighted(rng, (("plain", 0.2), ("linear", 0.4), ("radial", 0.15), ("clouded", 0.25)))
    if kind == "plain":
        return paint.empty_canvas(height, width, palette.grounds[0])
    if kind == "linear":
        field = paint.ramp(height, width, uniform(rng, 0, 2 * np.pi))
    elif kind == "radial":
        field = _radial(height, width, uniform(rng, 0, 1), uniform(rng, 0, 1))
    else:
        field = paint.smooth_noise(rng, height, width, whole(rng, 2, 5))
    return paint.gradient_picture(field, palette.grounds)


def _radial(height: int, width: int, center_x: float, center_y: float) -> Mask:
    y, x = np.ogrid[0:height, 0:width]
    distance = np.hypot((x / width - center_x) * width / height, y / height - center_y)
    return np.asarray(np.clip(distance / distance.max(), 0, 1), np.float32)


def draw_security_print(rng: np.random.Generator, image: ImageU8, palette: Palette) -> None:
    """Covers a card with what its mood asks for: line fields, rosettes, a landscape or map, microtext."""
    strength = {"pastel": 1.0, "white": 0.55, "muted": 0.7, "saturated": 0.35, "black": 0.3}[palette.mood]
    if chance(rng, 0.25 * strength + 0.08):
        draw_wash(rng, image, palette)
    for color in palette.line:
        if chance(rng, 0.75 * strength):
            draw_line_field(rng, image, color, uniform(rng, 0.15, 0.6))
    for _ in range(whole(rng, 0, 3)):
        if chance(rng, 0.5 * strength):
            draw_rosette(rng, image, pick(rng, palette.line), uniform(rng, 0.3, 0.8))
    if chance(rng, 0.3 * strength):
        draw_microtext(rng, image, pick(rng, palette.line))
    if chance(rng, 0.15 * strength):
        draw_frame(rng, image, pick(rng, (*palette.line, palette.accent)))


def draw_line_field(rng: np.random.Generator, image: ImageU8, color: Color, opacity: float) -> None:
    """Draws a guilloche over the whole picture: contour lines of a sum of waves, one or two crossing families."""
    height, width = image.shape[:2]
    line_mask = _wave_lines(rng, height, width)
    if chance(rng, 0.4):
        line_mask = np.maximum(line_mask, _wave_lines(rng, height, width))
    if chance(rng, 0.35):
        line_mask = line_mask * paint.smooth_noise(rng, height, width, whole(rng, 2, 4))
    paint.blend(image, line_mask, color, opacity)


def _wave_lines(rng: np.random.Generator, height: int, width: int) -> Mask:
    """Returns a mask of curved lines, the places where a wavy phase field crosses whole numbers."""
    spacing = uniform(rng, 4.0, 13.0)
    angle = pick(rng, (0.0, 0.0, np.pi / 2, uniform(rng, 0, np.pi)))
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    across = y * np.float32(np.cos(angle)) - x * np.float32(np.sin(angle))
    if chance(rng, 0.25):
        across = np.hypot(x - uniform(rng, -0.3, 1.3) * width, y - uniform(rng, -0.3, 1.3) * height)
    phase = across / np.float32(spacing)
    for _ in range(whole(rng, 1, 3)):
        bend = np.float32(2 * np.pi / (width * uniform(rng, 0.08, 0.9)))
        phase = phase + np.float32(uniform(rng, 0.4, 2.6)) * np.sin(along * bend + np.float32(uniform(rng, 0, 6.28)))
    distance_px = np.abs(phase - np.rint(phase)) * np.float32(spacing)
    thickness = np.float32(uniform(rng, 0.45, 1.1))
    return np.asarray(np.clip(thickness + np.float32(0.5) - distance_px, 0, 1), np.float32)


def draw_rosette(rng: np.random.Generator, image: ImageU8, color: Color, opacity: float) -> None:
    """Draws a guilloche rosette: a family of closed curves whose radius swings with the angle."""
    height, width = image.shape[:2]
    radius = uniform(rng, 0.1, 0.55) * height
    center = np.array((uniform(rng, 0.05, 0.95) * width, uniform(rng, 0.1, 0.9) * height))
    angle = np.linspace(0, 2 * np.pi, 120)
    petals, swing = whole(rng, 3, 16), uniform(rng, 0.06, 0.35)
    twist, curve_count = uniform(rng, 0.0, 1.2), whole(rng, 5, 12)
    share = np.linspace(uniform(rng, 0.1, 0.7), 1.0, curve_count)[:, None]
    radii = radius * share * (1 + swing * np.sin(petals * angle[None, :] + twist * np.pi * share * 4))
    curves = np.stack((radii * np.cos(angle), radii * np.sin(angle)), axis=2) + center
    stencil = paint.empty_stencil(image)
    cv2.polylines(stencil, list(fixed_point(curves)), False, 255, 1, cv2.LINE_AA, _SHIFT)
    paint.blend(image, paint.as_mask(stencil), color, opacity)


def fixed_point(points: NDArray[np.floating]) -> NDArray[np.int32]:
    """Returns points in the sub-pixel units that OpenCV takes with `shift=4`."""
    return np.asarray(np.rint(points * (1 << _SHIFT)), np.int32)


def draw_microtext(rng: np.random.Generator, image: ImageU8, color: Color) -> None:
    """Fills a band or the whole picture with lines of tiny repeated words."""
    height = image.shape[0]
    phrase = (text.word(rng, "latin").upper() + " ") * 40
    top, line_count = uniform(rng, 0, 0.8) * height, whole(rng, 2, 40)
    size = whole(rng, 4, 7)
    stencil = paint.empty_stencil(image)
    for index in range(line_count):
        baseline = top + index * (size + 1)
        if baseline > height:
            break
        typesetting.draw_text(stencil, phrase, -whole(rng, 0, 30), baseline, size, paint.WHITE)
    paint.blend(image, paint.as_mask(stencil), color, uniform(rng, 0.2, 0.6))


def draw_frame(rng: np.random.Generator, image: ImageU8, color: Color) -> None:
    """Draws a border inside the edge: a few thin lines, or a band of fine waves."""
    height, width = image.shape[:2]
    inset = whole(rng, 3, 12)
    if chance(rng, 0.5):
        for step in range(whole(rng, 1, 3)):
            corner = inset + 4 * step
            cv2.rectangle(image, (corner, corner), (width - 1 - corner, height - 1 - corner), color, 1)
        return
    band = whole(rng, 6, 16)
    mask = np.zeros((height, width), np.float32)
    mask[inset:-inset, inset:-inset] = 1
    mask[inset + band : -inset - band, inset + band : -inset - band] = 0
    paint.blend(image, mask * _wave_lines(rng, height, width), color, uniform(rng, 0.4, 0.9))


def draw_sweep(rng: np.random.Generator, image: ImageU8, palette: Palette) -> None:
    """Covers one side of the card with curved or straight areas of colour, as commercial designs do."""
    height, width = image.shape[:2]
    along = paint.ramp(height, width, pick(rng, (0.0, np.pi / 2, np.pi, -np.pi / 2, uniform(rng, 0, 6.28))))
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    bend = np.float32(uniform(rng, 0, 0.12)) * np.sin(np.float32(uniform(rng, 2, 7)) * (x + y))
    start = uniform(rng, 0.55, 0.85)
    for color in (palette.accent, *palette.line)[: whole(rng, 1, 3)]:
        mask = np.clip((along + bend - np.float32(start)) * np.float32(width / 2), 0, 1)
        paint.blend(image, mask.astype(np.float32), color, uniform(rng, 0.4, 1.0))
        start += uniform(rng, 0.03, 0.12)


def draw_wash(rng: np.random.Generator, image: ImageU8, palette: Palette) -> None:
    """Lays a pale landscape, skyline, map or contour-line picture over the ground."""
    kind = pick(rng, ("mountains", "mountains", "skyline", "map", "contours"))
    height, width = image.shape[:2]
    opacity = uniform(rng, 0.12, 0.5)
    if kind in ("mountains", "skyline"):
        for layer in range(whole(rng, 1, 4)):
            top = _ridge(rng, width) if kind == "mountains" else _roofs(rng, width)
            level = height * (uniform(rng, 0.3, 0.6) + 0.12 * layer)
            rows = np.arange(height, dtype=np.float32)[:, None]
            mask = np.clip(rows - (level - top * height * 0.3)[None, :], 0, 1).astype(np.float32)
            paint.blend(image, mask, pick(rng, palette.line), opacity)
        return
    field = paint.fractal_noise(rng, height, width, whole(rng, 3, 5), 3)
    if kind == "map":
        mask = np.clip((field - np.float32(0.5)) * 40, 0, 1)
    else:
        steps = field * np.float32(uniform(rng, 10, 22))
        mask = np.clip(1 - np.abs(steps - np.rint(steps)) * 6, 0, 1)
    paint.blend(image, mask.astype(np.float32), pick(rng, palette.line), opacity)


def _ridge(rng: np.random.Generator, width: int) -> NDArray[np.float32]:
    heights = np.zeros(width, np.float32)
    x = np.arange(width)
    for octave in range(5):
        knots = rng.random(4 * 2**octave + 2)
        heights += (0.5**octave * np.interp(x, np.linspace(0, width, len(knots)), knots)).astype(np.float32)
    return heights / np.float32(1.6)


def _roofs(rng: np.random.Generator, width: int) -> NDArray[np.float32]:
    blocks = np.repeat(rng.random(width), rng.integers(6, 40, width))[:width]
    return blocks.astype(np.float32)


def draw_iridescent_patch(rng: np.random.Generator, image: ImageU8, mask: Mask, opacity: float) -> None:
    """Lays a hologram over the picture where the mask says: rainbow bands, bright lines and a metal gleam."""
    height, width = image.shape[:2]
    field = paint.ramp(height, width, uniform(rng, 0, 6.28)) * np.float32(uniform(rng, 0.6, 3.0))
    field += paint.smooth_noise(rng, height, width, whole(rng, 2, 5)) * np.float32(uniform(rng, 0.2, 1.2))
    hue = ((field % 1.0) * 179).astype(np.uint8)
    saturation = np.full_like(hue, whole(rng, 40, 150))
    value = np.full_like(hue, whole(rng, 180, 255))
    rainbow = np.asarray(cv2.cvtColor(cv2.merge((hue, saturation, value)), cv2.COLOR_HSV2BGR), np.uint8)
    paint.blend(image, mask, rainbow, opacity)
    paint.blend(image, _wave_lines(rng, height, width) * mask, paint.WHITE, opacity * 0.6)


def draw_hologram(rng: np.random.Generator, image: ImageU8) -> None:
    """Puts a hologram on the card: a disc, an oval, a star, a square or a band, or a sheen over all of it."""
    height, width = image.shape[:2]
    if chance(rng, 0.25):
        sheen = paint.smooth_noise(rng, height, width, whole(rng, 2, 4))
        draw_iridescent_patch(rng, image, sheen, uniform(rng, 0.1, 0.35))
        return
    size = int(uniform(rng, 0.15, 0.45) * height)
    x, y = whole(rng, 0, width - size), whole(rng, 0, height - size)
    view = np.ascontiguousarray(image[y : y + size, x : x + size])
    stencil = paint.empty_stencil(view)
    shape = pick(rng, ("disc", "oval", "star", "square"))
    middle = (size // 2, size // 2)
    if shape == "disc":
        cv2.circle(stencil, middle, size // 2 - 1, 255, -1, cv2.LINE_AA)
    elif shape == "oval":
        cv2.ellipse(stencil, middle, (size // 2 - 1, size // 3), 0, 0, 360, 255, -1, cv2.LINE_AA)
    elif shape == "star":
        cv2.fillPoly(stencil, [star_points(whole(rng, 5, 16), size / 2, uniform(rng, 0.4, 0.8))], 255, cv2.LINE_AA)
    else:
        paint.rounded_rectangle(stencil, (1, 1, size - 2, size - 2), size * 0.15)
    draw_iridescent_patch(rng, view, paint.as_mask(stencil), uniform(rng, 0.25, 0.8))
    image[y : y + size, x : x + size] = view


def star_points(tips: int, radius_px: float, inner_share: float) -> NDArray[np.int32]:
    """Returns the outline of a star, one tip up, in the middle of a square of twice the radius."""
    angle = np.arange(2 * tips) * np.pi / tips - np.pi / 2
    radii = np.where(np.arange(2 * tips) % 2 == 0, 1.0, inner_share) * radius_px
    return np.rint(radius_px + np.stack((radii * np.cos(angle), radii * np.sin(angle)), axis=1)).astype(np.int32)
