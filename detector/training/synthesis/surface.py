"""Ground work for drawn objects: colours, noise fields, shading, alpha masks and crops of photographs.

Every function that takes an `rng` draws from it in a fixed order, so an object is a function of the generator's state.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Field = NDArray[np.float32]
Colour = tuple[int, int, int]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Return True with the given probability."""
    return bool(rng.random() < probability)


def uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a float drawn uniformly from [low, high)."""
    return float(rng.uniform(low, high))


def between(rng: np.random.Generator, low: int, high: int) -> int:
    """Return an integer drawn uniformly from low to high, both included."""
    return int(rng.integers(low, max(low, high) + 1))


def hsv_colour(hue: float, saturation: float, value: float) -> Colour:
    """Return the BGR colour of a hue in [0, 1) with saturation and value in [0, 1]."""
    pixel = np.array([[[(hue % 1.0) * 180, saturation * 255, value * 255]]]).astype(np.uint8)
    blue, green, red = cv2.cvtColor(pixel, cv2.COLOR_HSV2BGR)[0, 0]
    return int(blue), int(green), int(red)


def random_colour(
    rng: np.random.Generator, saturation: tuple[float, float] = (0.2, 1.0), value: tuple[float, float] = (0.2, 1.0)
) -> Colour:
    """Return a BGR colour of any hue with saturation and value from the given ranges."""
    return hsv_colour(float(rng.random()), uniform(rng, *saturation), uniform(rng, *value))


def vary_colour(rng: np.random.Generator, colour: Sequence[int], spread: int) -> Colour:
    """Return the colour with each channel moved by up to `spread`."""
    moved = np.clip(np.asarray(colour) + rng.integers(-spread, spread + 1, 3), 0, 255)
    return int(moved[0]), int(moved[1]), int(moved[2])


def scale_colour(colour: Sequence[int], gain: float) -> Colour:
    """Return the colour made darker (gain below 1) or lighter."""
    scaled = np.clip(np.asarray(colour) * gain, 0, 255)
    return int(scaled[0]), int(scaled[1]), int(scaled[2])


def paper_colour(rng: np.random.Generator) -> Colour:
    """Return white, grey, cream or pastel, the way paper comes."""
    kind = rng.random()
    if kind < 0.55:
        return vary_colour(rng, [between(rng, 205, 250)] * 3, 5)
    if kind < 0.8:
        return hsv_colour(uniform(rng, 0.07, 0.16), uniform(rng, 0.05, 0.3), uniform(rng, 0.78, 0.98))
    if kind < 0.9:
        return random_colour(rng, (0.05, 0.35), (0.75, 1.0))
    return vary_colour(rng, [between(rng, 130, 210)] * 3, 6)


def filled(height: int, width: int, colour: Sequence[int]) -> Image:
    """Return a (height, width, 3) picture of one colour."""
    return np.full((height, width, 3), colour, np.uint8)


def resized(picture: Image, height: int, width: int) -> Image:
    """Return the picture resampled to (height, width); shrinking averages, growing interpolates."""
    shrinks = height * width < picture.shape[0] * picture.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=method), np.uint8)


def smooth_noise(rng: np.random.Generator, height: int, width: int, cell_px: float, cell_y_px: float = 0.0) -> Field:
    """Return a (height, width) field of about [0, 1] that wanders over `cell_px` (and `cell_y_px` downwards)."""
    rows = max(2, round(height / (cell_y_px or cell_px)) + 1)
    columns = max(2, round(width / cell_px) + 1)
    grid = rng.random((rows, columns), dtype=np.float32)
    return np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def fractal_noise(rng: np.random.Generator, height: int, width: int, cell_px: float, octaves: int = 4) -> Field:
    """Return a (height, width) sum of noises, each half as coarse and half as strong as the last, in about [0, 1]."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        total += smooth_noise(rng, height, width, max(1.0, cell_px / 2**octave)) * 0.5**octave
    return total / np.float32(2 - 0.5 ** (octaves - 1))


def shaded(picture: Image, gain: Field) -> Image:
    """Return the (H, W, 3) picture with every pixel multiplied by `gain` (H, W)."""
    product = cv2.multiply(picture, cv2.merge([gain, gain, gain]), dtype=cv2.CV_8U)
    return np.asarray(product, np.uint8)


def add_grain(rng: np.random.Generator, picture: Image, strength: float) -> Image:
    """Return the picture with brightness noise of the given standard deviation in grey levels."""
    height, width = picture.shape[:2]
    noise = rng.standard_normal((height, width), dtype=np.float32) * np.float32(strength / 128) + 1
    return shaded(picture, noise)


def linear_ramp(rng: np.random.Generator, height: int, width: int, strength: float) -> Field:
    """Return a gain field around 1 that falls in a random direction by up to `strength` from one side to the other."""
    angle = uniform(rng, 0, 2 * np.pi)
    xs = np.linspace(-0.5, 0.5, width, dtype=np.float32) * np.float32(np.cos(angle))
    ys = np.linspace(-0.5, 0.5, height, dtype=np.float32) * np.float32(np.sin(angle))
    return 1 + np.float32(strength) * (ys[:, None] + xs[None, :])


def shadow_stripes(rng: np.random.Generator, height: int, width: int) -> Field:
    """Return a gain field of parallel shadows at any angle, as a blind or a railing throws them; 1 in the light."""
    angle = uniform(rng, 0, np.pi)
    ys = np.arange(height, dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    xs = np.arange(width, dtype=np.float32)[None, :] * np.float32(np.cos(angle))
    period, sharpness = uniform(rng, 40, 260), uniform(rng, 2, 25)
    wave = np.sin((xs + ys) * np.float32(2 * np.pi / period) + np.float32(uniform(rng, 0, 6))) + uniform(rng, -0.5, 0.5)
    lit = np.clip(wave * np.float32(sharpness), -1, 1) * np.float32(0.5) + np.float32(0.5)
    return np.asarray(1 - uniform(rng, 0.25, 0.65) * (1 - lit), np.float32)


def coverage(mask: Image) -> Field:
    """Return an alpha mask of 0 to 255 as weights of 0 to 1."""
    return mask.astype(np.float32) * np.float32(1 / 255)


def blended(below: Image, above: Sequence[int] | Image, weight: Field) -> Image:
    """Return `below` covered by a colour or picture with the weights (H, W) in [0, 1]."""
    base = below.astype(np.float32)
    base += (np.asarray(above, np.float32) - base) * np.clip(weight, 0, 1)[..., None]
    return base.astype(np.uint8)


def rounded_mask(height: int, width: int, radius_px: float) -> Image:
    """Return a (height, width) alpha mask of a rectangle with round corners and smooth edges."""
    mask = np.zeros((height, width), np.uint8)
    radius = int(min(radius_px, height / 2 - 1, width / 2 - 1))
    if radius < 1:
        mask[:] = 255
        return mask
    cv2.rectangle(mask, (radius, 0), (width - 1 - radius, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def rounded_panel(picture: Image, box: tuple[int, int, int, int], colour: Sequence[int], radius_px: float) -> None:
    """Fill the box (x1, y1, x2, y2) of the picture with a colour, round at the corners."""
    x1, y1, x2, y2 = box
    region = picture[y1:y2, x1:x2]
    if region.size:
        region[:] = blended(region, colour, coverage(rounded_mask(region.shape[0], region.shape[1], radius_px)))


def with_alpha(picture: Image, mask: Image | None = None) -> Image:
    """Return the BGR picture as BGRA; with no mask it is opaque all over."""
    alpha = np.full(picture.shape[:2], 255, np.uint8) if mask is None else mask
    return np.dstack([picture, alpha])


def photo_crop(rng: np.random.Generator, photos: Sequence[Image], height: int, width: int) -> Image:
    """Return a random crop of a random photo at (height, width), or drawn art where there are no photos."""
    if not photos:
        return drawn_art(rng, height, width)
    photo = photos[int(rng.integers(len(photos)))]
    zoom = min(photo.shape[0] / height, photo.shape[1] / width) * uniform(rng, 0.35, 1.0)
    crop_h = min(photo.shape[0], max(1, int(height * zoom)))
    crop_w = min(photo.shape[1], max(1, int(width * zoom)))
    top, left = between(rng, 0, photo.shape[0] - crop_h), between(rng, 0, photo.shape[1] - crop_w)
    crop = resized(photo[top : top + crop_h, left : left + crop_w], height, width)
    return crop[:, ::-1].copy() if chance(rng, 0.3) else crop


def drawn_art(rng: np.random.Generator, height: int, width: int) -> Image:
    """Return a (height, width, 3) painting: a graded ground, cloudy noise and some soft shapes."""
    weight = linear_ramp(rng, height, width, 1.5) + fractal_noise(rng, height, width, 60, 3) - 1
    art = blended(filled(height, width, random_colour(rng)), random_colour(rng), weight)
    for _ in range(between(rng, 2, 9)):
        centre = (between(rng, 0, width), between(rng, 0, height))
        axes = (between(rng, 3, max(4, width // 3)), between(rng, 3, max(4, height // 3)))
        cv2.ellipse(art, centre, axes, uniform(rng, 0, 180), 0, 360, random_colour(rng), -1, cv2.LINE_AA)
    for _ in range(between(rng, 0, 4)):
        corners = rng.integers(0, max(height, width), (between(rng, 3, 6), 2)).astype(np.int32)
        cv2.fillPoly(art, [corners], random_colour(rng), cv2.LINE_AA)
    return shaded(art, fractal_noise(rng, height, width, 20, 2) * np.float32(0.6) + np.float32(0.7))


def in_grey(picture: Image) -> Image:
    """Return the BGR picture without its colours, still (H, W, 3)."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.repeat(grey[..., None], 3, 2)
