"""Fingers and hands of many skin tones, upright with the finger tips at the top."""

import cv2
import numpy as np

from detector.training.synthesis.surface import (
    Colour,
    Image,
    between,
    blended,
    chance,
    coverage,
    filled,
    hsv_colour,
    random_colour,
    scale_colour,
    shaded,
    smooth_noise,
    uniform,
)
from detector.training.synthesis.volume import inflated, softened

_HEIGHT_PX = 512


def _skin_colour(rng: np.random.Generator) -> Colour:
    """Return a skin tone from very fair to very dark."""
    depth = uniform(rng, 0, 1)
    hue = uniform(rng, 0.02, 0.065)
    return hsv_colour(hue, 0.25 + 0.38 * depth + uniform(rng, -0.06, 0.06), 0.97 - 0.68 * depth)


def _capsule(
    shape: tuple[int, int], tip: tuple[float, float], base: tuple[float, float], tip_r: float, base_r: float
) -> Image:
    """Return a mask of a finger: a round tip, sides that widen towards the base, slightly thicker at the joint."""
    axis = np.array(base) - np.array(tip)
    length = float(np.hypot(axis[0], axis[1]))
    along = axis / length
    side = np.array([-along[1], along[0]])
    steps = np.linspace(0, 1, 24)
    radii = tip_r + (base_r - tip_r) * steps + tip_r * 0.07 * np.exp(-(((steps - 0.35) / 0.08) ** 2))
    spine = np.array(tip) + along * (steps[:, None] * length)
    outline = np.concatenate([spine + side * radii[:, None], (spine - side * radii[:, None])[::-1]])
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    centre = (int(tip[0] * 16), int(tip[1] * 16))
    angle = float(np.degrees(np.arctan2(along[1], along[0])))
    cv2.ellipse(mask, centre, (int(tip_r * 1.15 * 16), int(tip_r * 16)), angle, 0, 360, 255, -1, cv2.LINE_AA, 4)
    return mask


def _skin(rng: np.random.Generator, shape: tuple[int, int], colour: Colour) -> Image:
    """Return mottled skin (H, W, 3): redder in some places, with fine texture."""
    height, width = shape
    redder = (max(0, colour[0] - 22), max(0, colour[1] - 18), colour[2])
    picture = blended(filled(height, width, colour), redder, smooth_noise(rng, height, width, 60) * np.float32(0.8))
    return shaded(picture, np.float32(0.95) + np.float32(0.1) * smooth_noise(rng, height, width, 3))


def _mark_finger(
    rng: np.random.Generator,
    skin: Image,
    skin_colour: Colour,
    tip: tuple[float, float],
    base: tuple[float, float],
    tip_r: float,
    nail_colour: Colour | None,
) -> None:
    """Draw the nail, where it is seen, and the creases at the joints."""
    angle = float(np.degrees(np.arctan2(base[1] - tip[1], base[0] - tip[0])))
    crease = scale_colour(skin_colour, 0.72)
    for share in (0.3, 0.34, 0.62):
        centre = tuple((np.array(tip) + (np.array(base) - np.array(tip)) * share).astype(int).tolist())
        axes = (max(1, int(tip_r * uniform(rng, 0.1, 0.25))), int(tip_r * uniform(rng, 0.5, 0.8)))
        cv2.ellipse(skin, centre, axes, angle, 100, 260, crease, between(rng, 1, 2), cv2.LINE_AA)
    if nail_colour is None:
        return
    centre = tuple((np.array(tip) + 0.02 * (np.array(base) - np.array(tip))).astype(int).tolist())
    length, breadth = int(tip_r * uniform(rng, 0.75, 1.0)), int(tip_r * uniform(rng, 0.6, 0.74))
    cv2.ellipse(
        skin, centre, (length + 2, breadth + 2), angle, 0, 360, scale_colour(skin_colour, 0.75), -1, cv2.LINE_AA
    )
    cv2.ellipse(skin, centre, (length, breadth), angle, 0, 360, nail_colour, -1, cv2.LINE_AA)
    cv2.ellipse(skin, centre, (length, breadth), angle, 130, 230, scale_colour(nail_colour, 1.25), 3, cv2.LINE_AA)


def _nail_colour(rng: np.random.Generator, skin_colour: Colour) -> Colour | None:
    """Return a natural or painted nail, or None for a finger seen from the palm's side."""
    kind = rng.random()
    if kind < 0.35:
        return None
    if kind < 0.88:
        blue, green, red = skin_colour
        return min(255, blue + 25), min(255, green + 18), min(255, red + 22)
    return random_colour(rng, (0.5, 1.0), (0.3, 0.95))


def _lay_finger(
    rng: np.random.Generator,
    canvas: Image,
    alpha: Image,
    ends: tuple[tuple[float, float], tuple[float, float]],
    radii: tuple[float, float],
    skin_colour: Colour,
    nail_colour: Colour | None,
    light_angle: float,
) -> None:
    """Draw one finger (tip and base, tip and base radius) over the canvas; its base melts into a hand already there."""
    mask = _capsule((canvas.shape[0], canvas.shape[1]), ends[0], ends[1], radii[0], radii[1])
    x, y, width, height = cv2.boundingRect(mask)
    window = (slice(y, y + height), slice(x, x + width))
    tip, base = (ends[0][0] - x, ends[0][1] - y), (ends[1][0] - x, ends[1][1] - y)
    skin = _skin(rng, (height, width), skin_colour)
    _mark_finger(rng, skin, skin_colour, tip, base, radii[0], nail_colour)
    shape = np.ascontiguousarray(mask[window])
    body = inflated(skin, shape, light_angle, gloss=0.12)
    rows = np.arange(height, dtype=np.float32)[:, None]
    fade = np.clip((np.float32(base[1]) - rows) / np.float32(radii[1] * 2), 0, 1)
    hidden = coverage(np.ascontiguousarray(alpha[window]))
    canvas[window] = blended(canvas[window], body, coverage(shape) * np.where(hidden > 0, fade, 1).astype(np.float32))
    np.maximum(alpha[window], shape, out=alpha[window])


def draw_finger(rng: np.random.Generator) -> Image:
    """Draw one finger or thumb, or two side by side, as BGRA cut by the bottom edge."""
    tip_r = uniform(rng, 34, 62)
    count = 2 if chance(rng, 0.25) else 1
    width = int(tip_r * 2.6 * count + 60)
    skin_colour = _skin_colour(rng)
    nail, light_angle = _nail_colour(rng, skin_colour), uniform(rng, 0, 2 * np.pi)
    canvas, alpha = filled(_HEIGHT_PX, width, skin_colour), np.zeros((_HEIGHT_PX, width), np.uint8)
    for index in range(count):
        x = width * (index + 0.5) / count
        tip = (x + uniform(rng, -12, 12), tip_r * 1.2 + 4 + uniform(rng, 0, 60) * index)
        base = (x + uniform(rng, -15, 15), _HEIGHT_PX + 40.0)
        _lay_finger(
            rng, canvas, alpha, (tip, base), (tip_r, tip_r * uniform(rng, 1.05, 1.35)), skin_colour, nail, light_angle
        )
    return softened(canvas, alpha, uniform(rng, 0, 6) if chance(rng, 0.4) else uniform(rng, 0, 1.2))


def draw_hand(rng: np.random.Generator) -> Image:
    """Draw a hand reaching up from the bottom edge: two to five fingers and the back of the hand or a sleeve."""
    width = 440
    skin_colour = _skin_colour(rng)
    nail, light_angle = _nail_colour(rng, skin_colour), uniform(rng, 0, 2 * np.pi)
    canvas, alpha = filled(_HEIGHT_PX, width, skin_colour), np.zeros((_HEIGHT_PX, width), np.uint8)
    palm = np.zeros_like(alpha)
    palm_y = uniform(rng, 330, 440)
    cv2.ellipse(palm, (width // 2, int(palm_y) + 110), (150, 150), 0, 0, 360, 255, -1, cv2.LINE_AA)
    palm[int(palm_y) + 110 :, 70 : width - 70] = 255
    body = inflated(_skin(rng, (_HEIGHT_PX, width), skin_colour), palm, light_angle, gloss=0.05, roundness=0.7)
    canvas[:] = blended(canvas, body, coverage(palm))
    np.maximum(alpha, palm, out=alpha)
    count = between(rng, 2, 4)
    spread, radius = uniform(rng, 50, 78), uniform(rng, 27, 36)
    for index in range(count):
        offset = index - (count - 1) / 2
        tip = (width / 2 + offset * (spread + 14), 60 + 28 * offset * offset + uniform(rng, 0, 40))
        base = (width / 2 + offset * spread * 0.8, palm_y + 60)
        _lay_finger(rng, canvas, alpha, (tip, base), (radius, radius * 1.2), skin_colour, nail, light_angle)
    if chance(rng, 0.6):
        side = -1 if chance(rng, 0.5) else 1
        tip = (width / 2 + side * uniform(rng, 130, 170), uniform(rng, 230, 320))
        base = (width / 2 + side * 70, palm_y + 140)
        _lay_finger(rng, canvas, alpha, (tip, base), (radius * 1.15, radius * 1.5), skin_colour, nail, light_angle)
    return softened(canvas, alpha, uniform(rng, 0, 5) if chance(rng, 0.3) else uniform(rng, 0, 1.2))
