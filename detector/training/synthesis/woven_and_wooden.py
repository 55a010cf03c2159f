"""Wood and cloth: the two surfaces with the most kinds."""

import cv2
import numpy as np

from detector.training.synthesis.surface import (
    Colour,
    Field,
    Image,
    add_grain,
    between,
    blended,
    chance,
    filled,
    fractal_noise,
    hsv_colour,
    random_colour,
    scale_colour,
    shaded,
    smooth_noise,
    uniform,
    vary_colour,
)


def draw_wood(rng: np.random.Generator, size: int) -> Image:
    """Draw a wooden surface (size, size, 3): one board or planks, pale to dark, with the grain along x or y."""
    colour = _wood_colour(rng)
    grain = _wood_grain(rng, size)
    strength = uniform(rng, 0.1, 0.55)
    picture = blended(
        filled(size, size, colour), scale_colour(colour, uniform(rng, 0.35, 0.7)), grain * np.float32(strength * 2)
    )
    if chance(rng, 0.5):
        _draw_planks(rng, picture, colour)
    if chance(rng, 0.35):
        picture = add_grain(rng, picture, uniform(rng, 1, 6))
    return np.ascontiguousarray(np.rot90(picture, between(rng, 0, 3)))


def _wood_colour(rng: np.random.Generator) -> Colour:
    """Return pale, orange, red-brown, dark or grey wood."""
    kind = rng.random()
    if kind < 0.35:
        return hsv_colour(uniform(rng, 0.07, 0.12), uniform(rng, 0.2, 0.5), uniform(rng, 0.7, 0.95))
    if kind < 0.65:
        return hsv_colour(uniform(rng, 0.05, 0.1), uniform(rng, 0.5, 0.85), uniform(rng, 0.55, 0.9))
    if kind < 0.9:
        return hsv_colour(uniform(rng, 0.0, 0.07), uniform(rng, 0.4, 0.8), uniform(rng, 0.15, 0.45))
    return hsv_colour(uniform(rng, 0.05, 0.12), uniform(rng, 0.05, 0.2), uniform(rng, 0.3, 0.8))


def _wood_grain(rng: np.random.Generator, size: int) -> Field:
    """Return a field in [0, 1]: growth rings cut lengthwise, stretched along x, over fine fibres."""
    slow = smooth_noise(rng, size, size, uniform(rng, 200, 500), uniform(rng, 40, 160))
    rings = np.sin(slow * np.float32(uniform(rng, 15, 70))) * np.float32(0.5) + np.float32(0.5)
    fibres = smooth_noise(rng, size, size, uniform(rng, 30, 150), uniform(rng, 1.2, 3))
    share = np.float32(uniform(rng, 0.1, 0.7))
    return np.asarray(np.clip(rings * share + fibres * (1 - share), 0, 1), np.float32)


def _draw_planks(rng: np.random.Generator, picture: Image, colour: Colour) -> None:
    """Part the surface into planks of uneven brightness with dark joints, staggered ends now and then."""
    size = picture.shape[0]
    plank_px = between(rng, 40, 200)
    joint = scale_colour(colour, uniform(rng, 0.15, 0.5))
    thickness, ends = between(rng, 1, 4), chance(rng, 0.5)
    for y in range(0, size, plank_px):
        plank = picture[y : y + plank_px]
        plank[:] = cv2.convertScaleAbs(np.roll(plank, between(rng, 0, size - 1), 1), alpha=uniform(rng, 0.8, 1.15))
        plank[:thickness] = joint
        if ends:
            x = between(rng, 0, size - 1)
            plank[:, x : x + thickness] = joint


def draw_cloth(rng: np.random.Generator, size: int) -> Image:
    """Draw a cloth (size, size, 3): plain, striped, checked or printed, woven and wrinkled."""
    ground = random_colour(rng, (0.0, 0.8), (0.15, 0.95))
    picture = filled(size, size, ground)
    kind = rng.random()
    if kind < 0.15:
        _draw_stripes(rng, picture)
    elif kind < 0.32:
        picture = _checked(rng, size, ground)
    elif kind < 0.45:
        _draw_print(rng, picture)
    picture = shaded(picture, _weave(rng, size) * _wrinkles(rng, size))
    return np.ascontiguousarray(np.rot90(picture, between(rng, 0, 3)))


def _draw_stripes(rng: np.random.Generator, picture: Image) -> None:
    colours = [random_colour(rng, (0.0, 0.9), (0.15, 0.98)) for _ in range(between(rng, 1, 3))]
    y, index = 0, 0
    even = between(rng, 6, 60) if chance(rng, 0.5) else 0
    while y < picture.shape[0]:
        width = even or between(rng, 3, 60)
        picture[y : y + width] = colours[index % len(colours)]
        y += width + (even or between(rng, 3, 60))
        index += 1


def _checked(rng: np.random.Generator, size: int, ground: Colour) -> Image:
    """Return gingham or a chess board: bands both ways, half as strong where only one passes."""
    cell = between(rng, 8, 60)
    bands = (np.arange(size) // cell) % 2
    if chance(rng, 0.35):
        weight = (bands[:, None] ^ bands[None, :]).astype(np.float32)
    else:
        weight = ((bands[:, None] + bands[None, :]) / 2).astype(np.float32)
    return blended(filled(size, size, vary_colour(rng, (238, 238, 238), 12)), ground, weight)


def _draw_print(rng: np.random.Generator, picture: Image) -> None:
    """Scatter one motif (dots, rings, leaves) over the cloth in rows."""
    size = picture.shape[0]
    step, colour = between(rng, 14, 70), random_colour(rng, (0.0, 0.9), (0.1, 1.0))
    axes = (max(2, step // between(rng, 3, 6)), max(2, step // between(rng, 3, 8)))
    thickness = -1 if chance(rng, 0.6) else 2
    for row, y in enumerate(range(0, size + step, step)):
        for x in range((row % 2) * step // 2, size + step, step):
            cv2.ellipse(picture, (x, y), axes, 45 * (row % 4), 0, 360, colour, thickness, cv2.LINE_AA)


def _weave(rng: np.random.Generator, size: int) -> Field:
    """Return a gain field of crossing threads, uneven from thread to thread."""
    period = uniform(rng, 2.5, 9)
    depth = np.float32(uniform(rng, 0.02, 0.2))
    wave = np.sin(np.arange(size, dtype=np.float32) * np.float32(2 * np.pi / period))
    threads = wave[:, None] * wave[None, :] + smooth_noise(rng, size, size, 40, 1.5) - 0.5
    return np.asarray(1 + depth * threads, np.float32)


def _wrinkles(rng: np.random.Generator, size: int) -> Field:
    """Return a gain field of soft folds; often nearly flat."""
    depth = np.float32(uniform(rng, 0.0, 0.45) * float(rng.random()))
    noise = fractal_noise(rng, size, size, uniform(rng, 100, 300), 3)
    folds = np.abs(np.sin(noise * np.float32(uniform(rng, 4, 14))))
    return np.asarray(1 - depth * (1 - folds), np.float32)
