"""Surfaces that cards lie on: desks, wood, cloth, stone, film, carpet, leather, tiles, all drawn.

`draw_backdrop` is the entry; wood and cloth have their own module.
"""

from collections.abc import Callable

import cv2
import numpy as np

from detector.training.synthesis.surface import (
    Field,
    Image,
    add_grain,
    between,
    blended,
    chance,
    filled,
    fractal_noise,
    hsv_colour,
    linear_ramp,
    random_colour,
    scale_colour,
    shaded,
    shadow_stripes,
    smooth_noise,
    uniform,
    vary_colour,
)
from detector.training.synthesis.woven_and_wooden import draw_cloth, draw_wood


def draw_backdrop(rng: np.random.Generator, size_px: int = 480) -> Image:
    """Draw a surface seen from above, with its own uneven light.

    Args:
        rng: Source of every choice.
        size_px: Side of the square picture.

    Returns:
        BGR picture (size_px, size_px, 3).
    """
    kinds: list[tuple[float, Callable[[np.random.Generator, int], Image]]] = [
        (0.30, _draw_plain),
        (0.24, draw_wood),
        (0.14, draw_cloth),
        (0.05, _draw_marble),
        (0.07, _draw_film),
        (0.06, _draw_carpet),
        (0.04, _draw_leather),
        (0.05, _draw_tiles),
        (0.05, _draw_concrete),
    ]
    weights = np.array([weight for weight, _ in kinds])
    _, draw = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return _lit(rng, draw(rng, size_px))


def _lit(rng: np.random.Generator, picture: Image) -> Image:
    """Return the picture with a fall-off towards one side, a vignette and perhaps the glare of a lamp."""
    size = picture.shape[0]
    gain = linear_ramp(rng, size, size, uniform(rng, 0, 0.45))
    gain -= np.float32(uniform(rng, 0, 0.35)) * _squared_distance(size, (0.5, 0.5))
    if chance(rng, 0.07):
        gain *= shadow_stripes(rng, size, size)
    picture = shaded(picture, gain)
    if chance(rng, 0.2):
        centre = (uniform(rng, 0, 1), uniform(rng, 0, 1))
        glare = np.exp(-_squared_distance(size, centre) * np.float32(uniform(rng, 6, 60))) * np.float32(
            uniform(rng, 0.2, 0.9)
        )
        picture = blended(picture, random_colour(rng, (0.0, 0.2), (0.9, 1.0)), glare)
    return picture


def _squared_distance(size: int, centre: tuple[float, float]) -> Field:
    """Return the squared distance from a centre, both as fractions of the side, scaled to 1 at half a diagonal."""
    steps = np.linspace(0, 1, size, dtype=np.float32)
    return np.float32(2) * ((steps - np.float32(centre[0])) ** 2 + ((steps - np.float32(centre[1])) ** 2)[:, None])


def _draw_plain(rng: np.random.Generator, size: int) -> Image:
    """Draw a nearly uniform desk or wall: white and grey mostly, sometimes coloured, sometimes with a table's edge."""
    kind = rng.random()
    if kind < 0.6:
        colour = vary_colour(rng, [between(rng, 120, 250)] * 3, 8)
    elif kind < 0.72:
        colour = vary_colour(rng, [between(rng, 12, 110)] * 3, 8)
    else:
        colour = random_colour(rng, (0.1, 0.9), (0.15, 0.95))
    picture = filled(size, size, colour)
    gain = 1 + (smooth_noise(rng, size, size, uniform(rng, 80, 300)) - 0.5) * np.float32(uniform(rng, 0, 0.15))
    picture = add_grain(rng, shaded(picture, gain), uniform(rng, 0.3, 4))
    if chance(rng, 0.25):
        _draw_edge(rng, picture)
    return picture


def _draw_edge(rng: np.random.Generator, picture: Image) -> None:
    """Show another surface beyond a straight edge across the picture."""
    size = picture.shape[0]
    left, right = uniform(rng, 0.0, 0.4) * size, uniform(rng, 0.0, 0.4) * size
    beyond = random_colour(rng, (0.0, 0.6), (0.05, 0.9))
    corners = np.array([[0, 0], [size, 0], [size, right], [0, left]], np.int32)
    cv2.fillPoly(picture, [corners], beyond, cv2.LINE_AA)
    cv2.line(picture, (0, int(left)), (size, int(right)), scale_colour(beyond, 0.6), between(rng, 1, 5), cv2.LINE_AA)
    picture[:] = np.rot90(picture, between(rng, 0, 3)).copy()


def _draw_marble(rng: np.random.Generator, size: int) -> Image:
    """Draw stone with veins: where a warped noise crosses its middle value."""
    noise = fractal_noise(rng, size, size, uniform(rng, 100, 300), 5)
    veins = np.exp(-np.abs(noise - 0.5) * np.float32(uniform(rng, 15, 60)))
    light = chance(rng, 0.7)
    ground = random_colour(rng, (0.0, 0.15), (0.75, 0.97) if light else (0.08, 0.35))
    vein = scale_colour(ground, uniform(rng, 0.4, 0.8) if light else uniform(rng, 1.6, 3.5))
    picture = blended(filled(size, size, ground), vein, veins)
    return shaded(picture, fractal_noise(rng, size, size, 40) * np.float32(0.2) + np.float32(0.9))


def _draw_film(rng: np.random.Generator, size: int) -> Image:
    """Draw crumpled plastic film, paper or foil: sharp ridges lit from one side, with highlights."""
    ridges = np.zeros((size, size), np.float32)
    for cell in (uniform(rng, 60, 160), uniform(rng, 20, 60)):
        noise = smooth_noise(rng, size, size, cell, cell * uniform(rng, 0.3, 1.5))
        ridges += np.abs(noise - 0.5) * np.float32(cell)
    raw = cv2.Sobel(ridges, cv2.CV_32F, 1, 0) + cv2.Sobel(ridges, cv2.CV_32F, 0, 1)
    smooth = np.asarray(cv2.GaussianBlur(raw, (0, 0), uniform(rng, 0.7, 2.5)), np.float32)
    slope = smooth / np.float32(smooth.std() * 4 + 1e-6)
    contrast = np.float32(uniform(rng, 0.15, 0.7))
    picture = shaded(filled(size, size, random_colour(rng, (0.0, 0.9), (0.25, 0.85))), 1 + contrast * slope)
    return blended(picture, (245, 245, 245), np.clip(slope - np.float32(0.45), 0, 1) * np.float32(uniform(rng, 0, 2)))


def _draw_carpet(rng: np.random.Generator, size: int) -> Image:
    """Draw pile: strong fine noise in one or two colours."""
    colour = random_colour(rng, (0.05, 0.6), (0.25, 0.8))
    fine = smooth_noise(rng, size, size, uniform(rng, 1.5, 5), uniform(rng, 1.5, 5))
    picture = blended(filled(size, size, colour), scale_colour(colour, uniform(rng, 0.3, 0.7)), fine)
    gain = 0.85 + np.float32(0.3) * fractal_noise(rng, size, size, 80)
    return add_grain(rng, shaded(picture, gain), uniform(rng, 4, 22))


def _draw_leather(rng: np.random.Generator, size: int) -> Image:
    """Draw leather: rounded grains parted by dark creases, maybe a stitched seam."""
    colour = hsv_colour(uniform(rng, 0.0, 0.12), uniform(rng, 0.2, 0.9), uniform(rng, 0.1, 0.6))
    cells = fractal_noise(rng, size, size, uniform(rng, 6, 16), 2)
    gain = 1 - np.exp(-np.abs(cells - 0.5) * 18) * np.float32(uniform(rng, 0.2, 0.6))
    picture = shaded(filled(size, size, colour), gain.astype(np.float32))
    if chance(rng, 0.4):
        x, dash = between(rng, 20, size - 20), between(rng, 6, 14)
        for y in range(0, size, dash * 2):
            cv2.line(picture, (x, y), (x, y + dash), scale_colour(colour, 2.2), 2, cv2.LINE_AA)
        cv2.line(picture, (x + 8, 0), (x + 8, size), scale_colour(colour, 0.5), 2, cv2.LINE_AA)
    return picture


def _draw_tiles(rng: np.random.Generator, size: int) -> Image:
    """Draw floor tiles, bricks or parquet blocks with joints, each tile a little different."""
    tile_h = between(rng, 40, 220)
    tile_w = int(tile_h * float(rng.choice([1.0, 1.0, 2.0, 3.0])))
    joint = between(rng, 1, 7)
    colour = random_colour(rng, (0.0, 0.6), (0.3, 0.95))
    picture = filled(size, size, scale_colour(colour, uniform(rng, 0.4, 1.25)))
    shifted = tile_w > tile_h and chance(rng, 0.7)
    spread = between(rng, 2, 22)
    for row, y in enumerate(range(0, size, tile_h)):
        start = -(tile_w // 2) if shifted and row % 2 else 0
        for x in range(start, size, tile_w):
            picture[y : y + tile_h - joint, max(0, x) : max(0, x + tile_w - joint)] = vary_colour(rng, colour, spread)
    gain = np.float32(0.85) + np.float32(0.3) * fractal_noise(rng, size, size, uniform(rng, 15, 120))
    return add_grain(rng, shaded(picture, gain), uniform(rng, 0, 5))


def _draw_concrete(rng: np.random.Generator, size: int) -> Image:
    """Draw concrete, sand or terrazzo: cloudy grey with pits and chips."""
    picture = filled(size, size, hsv_colour(uniform(rng, 0.05, 0.15), uniform(rng, 0, 0.35), uniform(rng, 0.35, 0.85)))
    picture = shaded(
        picture, np.float32(0.7) + np.float32(0.6) * fractal_noise(rng, size, size, uniform(rng, 20, 150), 5)
    )
    count = between(rng, 0, 250)
    centres, radii = rng.integers(0, size, (count, 2)), rng.integers(1, between(rng, 2, 7) + 1, count)
    chips = [random_colour(rng, (0.0, 0.4), (0.1, 0.9)) for _ in range(4)]
    for index, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        cv2.circle(picture, (int(centre[0]), int(centre[1])), int(radius), chips[index % 4], -1, cv2.LINE_AA)
    return add_grain(rng, picture, uniform(rng, 2, 14))
