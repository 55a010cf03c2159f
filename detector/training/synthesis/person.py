"""Drawn people: soft shapes, light and noise, painted back to front.

Wall, hair behind the head, clothes, neck, head with shading, features, hair in front. Positions are in units of the
head's height, with the middle of the head as origin.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import paint
from detector.training.synthesis.ornament import fixed_point
from detector.training.synthesis.paint import Color, ImageU8, Mask
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform, whole

_HEIGHT, _WIDTH = 176, 140

_SKINS: tuple[Color, ...] = (
    (205, 218, 245),
    (180, 200, 238),
    (160, 185, 225),
    (135, 165, 210),
    (105, 140, 190),
    (80, 110, 160),
    (55, 80, 125),
    (40, 55, 90),
)
_HAIRS: tuple[Color, ...] = (
    (20, 20, 22),
    (28, 30, 38),
    (35, 45, 65),
    (45, 65, 100),
    (80, 120, 165),
    (130, 175, 205),
    (50, 70, 140),
    (170, 170, 170),
    (215, 215, 215),
)


@dataclass(frozen=True, slots=True)
class _Person:
    """The measures and colours of one head; lengths in units of the head's height."""

    center: tuple[float, float]
    head_px: float
    half_width: float
    jaw: float
    skin: Color
    hair: Color
    light: float
    turn: float

    def at(self, points: NDArray[np.floating]) -> NDArray[np.int32]:
        """Returns points (in head heights) in fixed-point pixels of the canvas."""
        return fixed_point(points * self.head_px + np.array(self.center))


def draw_person(rng: np.random.Generator) -> ImageU8:
    """Returns a drawn portrait, BGR uint8, 176 pixels high and 140 wide."""
    person = _random_person(rng)
    canvas = _wall(rng)
    long_hair = chance(rng, 0.4)
    veiled = chance(rng, 0.08)
    if long_hair and not veiled:
        _hair_behind(rng, canvas, person)
    _clothes(rng, canvas, person)
    _neck(canvas, person)
    _head(rng, canvas, person)
    _face(rng, canvas, person)
    if not long_hair and chance(rng, 0.45):
        _beard(rng, canvas, person)
    if veiled:
        _veil(rng, canvas, person)
    elif chance(rng, 0.93):
        _hair_in_front(rng, canvas, person)
    if chance(rng, 0.18):
        _glasses(rng, canvas, person)
    _light(rng, canvas)
    return canvas


def _random_person(rng: np.random.Generator) -> _Person:
    head_px = _HEIGHT * uniform(rng, 0.44, 0.74)
    skin = paint.mix(pick(rng, _SKINS), pick(rng, _SKINS), uniform(rng, 0, 0.4))
    return _Person(
        center=(_WIDTH * uniform(rng, 0.44, 0.56), _HEIGHT * uniform(rng, 0.42, 0.50)),
        head_px=head_px,
        half_width=uniform(rng, 0.33, 0.40),
        jaw=uniform(rng, 0.55, 0.85),
        skin=skin,
        hair=paint.mix(pick(rng, _HAIRS), pick(rng, _HAIRS), uniform(rng, 0, 0.3)),
        light=uniform(rng, -1, 1),
        turn=uniform(rng, -0.05, 0.05),
    )


def _wall(rng: np.random.Generator) -> ImageU8:
    """Returns the background: mostly a pale wall, lit unevenly; now and then a strong colour."""
    if chance(rng, 0.8):
        tone = paint.hsv(rng.random(), uniform(rng, 0, 0.15), uniform(rng, 0.78, 1.0))
    else:
        tone = paint.hsv(rng.random(), uniform(rng, 0.2, 0.8), uniform(rng, 0.3, 0.85))
    field = paint.ramp(_HEIGHT, _WIDTH, uniform(rng, 0, 6.28)) * np.float32(0.6)
    field += paint.smooth_noise(rng, _HEIGHT, _WIDTH, 3) * np.float32(0.4)
    return paint.gradient_picture(field, (tone, paint.mix(tone, paint.BLACK, uniform(rng, 0.02, 0.25))))


def _shape(person: _Person, points: NDArray[np.floating], blur_px: float) -> Mask:
    stencil = np.zeros((_HEIGHT, _WIDTH), np.uint8)
    cv2.fillPoly(stencil, [person.at(points)], 255, cv2.LINE_AA, 4)
    return paint.as_mask(stencil, blur_px)


def _paint_shape(
    canvas: ImageU8,
    person: _Person,
    points: NDArray[np.floating],
    blur_px: float,
    fill: Color | ImageU8,
    opacity: float = 1.0,
) -> None:
    """Fills a soft-edged shape with a colour or a canvas-sized picture; works only on the part it touches."""
    spots = points * person.head_px + np.array(person.center)
    reach = 3 * blur_px + 2
    x1, y1 = np.maximum(spots.min(axis=0) - reach, 0).astype(int)
    x2, y2 = np.minimum(spots.max(axis=0) + reach + 1, (_WIDTH, _HEIGHT)).astype(int)
    if x2 <= x1 or y2 <= y1:
        return
    stencil = np.zeros((y2 - y1, x2 - x1), np.uint8)
    cv2.fillPoly(stencil, [fixed_point(spots - (x1, y1))], 255, cv2.LINE_AA, 4)
    layer = fill if isinstance(fill, tuple) else np.ascontiguousarray(fill[y1:y2, x1:x2])
    paint.blend(canvas[y1:y2, x1:x2], paint.as_mask(stencil, blur_px), layer, opacity)


def _oval(x: float, y: float, half_width: float, half_height: float, count: int = 28) -> NDArray[np.float64]:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack((x + half_width * np.cos(angle), y + half_height * np.sin(angle)), axis=1)


def _thicken(line: NDArray[np.floating], thickness: float) -> NDArray[np.float64]:
    """Returns the outline of a line's stroke that reaches from the line down by the thickness."""
    return np.concatenate((line, line[::-1] + np.array((0.0, thickness))))


def _head_outline(person: _Person, grow: float = 1.0) -> NDArray[np.float64]:
    """Returns the outline of the head: an oval that narrows towards the chin as the jaw says."""
    outline = _oval(0, 0, person.half_width * grow, 0.5 * grow, 48)
    below = np.clip(outline[:, 1] / 0.5, 0, 1)
    outline[:, 0] *= 1 - (1 - person.jaw) * below**2 * 0.9
    return outline


def _hair_behind(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    length, spread = uniform(rng, 0.35, 1.1), uniform(rng, 1.05, 1.5)
    half = person.half_width * spread
    side = ((half, length), (half * 1.1, 0.1), (half * 0.95, -0.35), (half * 0.5, -0.58), (0.0, -0.64))
    right = np.array(side)
    outline = np.concatenate((right, right[-2::-1] * (-1, 1)))
    mask = _shape(person, outline, 2.0)
    paint.blend(canvas, mask, _strands(rng, person.hair))


def _strands(rng: np.random.Generator, color: Color) -> ImageU8:
    """Returns hair of one colour: streaks of light and dark that run mostly downwards."""
    noise = rng.standard_normal((_HEIGHT, _WIDTH), np.float32)
    streaks = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=1.0, sigmaY=uniform(rng, 3, 9)), np.float32)
    streaks = streaks / np.float32(max(float(np.abs(streaks).max()), 1e-6))
    shine = paint.smooth_noise(rng, _HEIGHT, _WIDTH, 4)
    field = np.clip(0.5 + 0.35 * streaks + 0.4 * (shine - 0.5), 0, 1).astype(np.float32)
    return paint.gradient_picture(
        field, (paint.mix(color, paint.BLACK, 0.5), color, paint.mix(color, paint.WHITE, 0.3))
    )


def _clothes(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    shoulder, slope = uniform(rng, 0.62, 0.78), uniform(rng, 0.75, 1.05)
    half = np.array(((0.17, shoulder - 0.06), (0.30, shoulder), (0.62 * slope, shoulder + 0.14), (0.85 * slope, 0.98)))
    bottom = np.array(((0.95 * slope, 2.0),))
    right = np.concatenate((half, bottom))
    outline = np.concatenate((right, right[::-1] * (-1, 1)))
    color = paint.hsv(rng.random(), uniform(rng, 0, 0.8), uniform(rng, 0.08, 0.9))
    field = paint.fractal_noise(rng, _HEIGHT, _WIDTH, 4, 3)
    cloth = paint.gradient_picture(field, (paint.mix(color, paint.BLACK, 0.45), paint.mix(color, paint.WHITE, 0.2)))
    mask = _shape(person, outline, 1.0)
    paint.blend(canvas, mask, cloth)
    collar = pick_weighted(rng, (("none", 0.4), ("shirt", 0.35), ("round", 0.25)))
    if collar == "shirt":
        shirt = paint.hsv(rng.random(), uniform(rng, 0, 0.25), uniform(rng, 0.75, 1.0))
        triangle = np.array(((-0.19, shoulder - 0.05), (0.19, shoulder - 0.05), (0.0, shoulder + 0.5)))
        _paint_shape(canvas, person, triangle, 0.8, shirt)
        if chance(rng, 0.6):
            tie = np.array(((-0.045, shoulder + 0.1), (0.045, shoulder + 0.1), (0.09, 1.6), (-0.09, 1.6)))
            tone = paint.hsv(rng.random(), uniform(rng, 0.2, 0.9), uniform(rng, 0.1, 0.6))
            _paint_shape(canvas, person, tie, 0.7, tone)
    elif collar == "round":
        _paint_shape(canvas, person, _oval(0, shoulder, 0.24, 0.13), 1.0, paint.mix(color, paint.BLACK, 0.35))
        _paint_shape(canvas, person, _oval(0, shoulder - 0.02, 0.20, 0.11), 0.8, person.skin)


def _neck(canvas: ImageU8, person: _Person) -> None:
    neck = np.array(((-0.17, 0.2), (0.17, 0.2), (0.19, 0.66), (0.08, 0.76), (-0.08, 0.76), (-0.19, 0.66)))
    _paint_shape(canvas, person, neck, 1.2, paint.mix(person.skin, paint.BLACK, 0.14))
    _paint_shape(canvas, person, _oval(0, 0.45, 0.2, 0.11), 4.0, paint.mix(person.skin, paint.BLACK, 0.6), 0.6)


def _head(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    """Paints ears and the head, with the light from one side and darkness towards the edge."""
    for side in (-1, 1):
        ear = _shape(person, _oval(side * person.half_width, 0.02, 0.05, 0.11), 0.9)
        paint.blend(canvas, ear, paint.mix(person.skin, (40, 40, 110), 0.22))
    outline = _head_outline(person)
    mask = _shape(person, outline, 0.9)
    volume = np.clip(_shape(person, outline * 0.92, person.head_px * 0.11), 0, 1)
    sideways = (np.arange(_WIDTH, dtype=np.float32)[None, :] - person.center[0]) / (person.head_px * person.half_width)
    field = 0.15 + 0.72 * volume + 0.17 * person.light * sideways
    field = field + 0.10 * (paint.fractal_noise(rng, _HEIGHT, _WIDTH, 8, 3) - 0.5)
    dark = paint.mix(paint.mix(person.skin, (20, 20, 70), 0.35), paint.BLACK, 0.3)
    skin = paint.gradient_picture(
        field.astype(np.float32), (dark, person.skin, paint.mix(person.skin, paint.WHITE, 0.2))
    )
    paint.blend(canvas, mask, skin)


def _face(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    """Paints eyes, brows, nose, mouth and cheeks."""
    shadow = paint.mix(paint.mix(person.skin, (20, 20, 80), 0.4), paint.BLACK, 0.35)
    eye_y, eye_x = uniform(rng, -0.06, 0.0), person.half_width * uniform(rng, 0.44, 0.52)
    opening, brow_lift = uniform(rng, 0.020, 0.036), uniform(rng, 0.07, 0.10)
    iris: Color = pick(rng, ((40, 55, 85), (25, 30, 40), (130, 105, 70), (90, 110, 90)))
    brow_weight = uniform(rng, 0.012, 0.028)
    for side in (-1, 1):
        x = side * eye_x + person.turn
        _paint_shape(canvas, person, _oval(x, eye_y - 0.01, 0.095, 0.062), 3.0, shadow, 0.5)
        _paint_shape(canvas, person, _oval(x, eye_y, 0.064, opening), 0.6, (225, 228, 230), 0.9)
        _paint_shape(canvas, person, _oval(x, eye_y - 0.002, 0.028, opening + 0.003), 0.5, iris)
        _paint_shape(canvas, person, _oval(x, eye_y, 0.013, 0.013), 0.4, (12, 12, 12))
        lid = np.array(((x - 0.075, eye_y + 0.004), (x, eye_y - opening - 0.008), (x + 0.075, eye_y + 0.004)))
        lid = _thicken(lid, 0.014)
        _paint_shape(canvas, person, lid, 0.7, paint.mix(shadow, paint.BLACK, 0.5), 0.85)
        brow_y = eye_y - brow_lift
        brow = np.array(((x - 0.09, brow_y), (x + side * 0.02, brow_y - 0.025), (x + 0.09, brow_y)))
        brow = _thicken(brow, brow_weight)
        _paint_shape(canvas, person, brow, 0.9, paint.mix(person.hair, paint.BLACK, 0.3), 0.85)
    _nose_and_mouth(rng, canvas, person, shadow)


def _nose_and_mouth(rng: np.random.Generator, canvas: ImageU8, person: _Person, shadow: Color) -> None:
    tip, width, x = uniform(rng, 0.14, 0.19), uniform(rng, 0.055, 0.085), person.turn * 1.5
    side = 1.0 if person.light < 0 else -1.0
    bridge = np.array(((x, -0.05), (x + side * 0.06, tip - 0.03), (x + side * 0.02, tip)))
    _paint_shape(canvas, person, bridge, 2.0, shadow, 0.45)
    _paint_shape(canvas, person, _oval(x, tip + 0.01, width, 0.022), 1.6, shadow, 0.55)
    for nostril in (-1, 1):
        _paint_shape(canvas, person, _oval(x + nostril * width * 0.5, tip + 0.008, 0.016, 0.009), 0.6, (25, 25, 40))
    _paint_shape(canvas, person, _oval(x * 0.7, tip - 0.03, 0.02, 0.02), 1.5, paint.WHITE, 0.18)
    mouth_y, half = uniform(rng, 0.255, 0.30), uniform(rng, 0.095, 0.14)
    lips = paint.mix(
        paint.mix(person.skin, (70, 60, 175), uniform(rng, 0.3, 0.8)), paint.BLACK, uniform(rng, 0.05, 0.3)
    )
    _paint_shape(canvas, person, _oval(x * 0.6, mouth_y, half, uniform(rng, 0.022, 0.042)), 1.0, lips, 0.9)
    smile = uniform(rng, -0.01, 0.02)
    gap = np.array(((-half, -smile), (0, smile * 0.6), (half, -smile)))
    gap = _thicken(gap, 0.012) + np.array((x * 0.6, mouth_y))
    _paint_shape(canvas, person, gap, 0.6, paint.mix(lips, paint.BLACK, 0.6), 0.9)
    _paint_shape(canvas, person, _oval(x * 0.6, mouth_y + 0.07, half * 0.6, 0.02), 2.0, shadow, 0.35)
    for cheek in (-1, 1):
        blush = _oval(cheek * person.half_width * 0.55, 0.14, 0.09, 0.07)
        _paint_shape(canvas, person, blush, 4.0, paint.mix(person.skin, (90, 80, 220), 0.45), 0.3)


def _beard(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    """Paints stubble or a beard over the lower face, leaving the mouth free."""
    lower = _head_outline(person, 1.02)
    lower = lower[lower[:, 1] > uniform(rng, 0.0, 0.12)]
    mask = _shape(person, lower[np.argsort(np.arctan2(lower[:, 1], lower[:, 0]))], 2.2)
    inner = _shape(person, _oval(0, 0.17, person.half_width * 0.62, 0.10), 2.5)
    mouth = _shape(person, _oval(0, 0.28, 0.10, 0.03), 1.2)
    mask = mask * (1 - inner) * (1 - mouth)
    paint.blend(canvas, mask.astype(np.float32), _strands(rng, person.hair), uniform(rng, 0.2, 0.9))


def _hair_in_front(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    """Paints the hair on top: from the crown down to a hairline that may be straight, parted, receding or ragged."""
    grow_x, top = person.half_width * uniform(rng, 1.03, 1.22), uniform(rng, 0.53, 0.68)
    low = uniform(rng, -0.25, 0.12)
    angle = np.linspace(np.pi, 2 * np.pi, 20)
    upper = np.stack((grow_x * np.cos(angle), top * np.sin(angle)), axis=1)
    upper += rng.normal(0, uniform(rng, 0, 0.02), upper.shape)
    line_y, part = uniform(rng, -0.38, -0.24), uniform(rng, -0.8, 0.8)
    x = np.linspace(0.92, -0.92, 11)
    dip = uniform(rng, -0.12, 0.16) * np.exp(-((x - part) ** 2) / 0.15)
    hairline_y = line_y - dip + 0.16 * np.abs(x) ** 4 + rng.normal(0, uniform(rng, 0, 0.02), 11)
    hairline = np.stack((x * person.half_width, hairline_y), axis=1)
    ends = np.array(((person.half_width * 0.95, low), (-person.half_width * 0.95, low)))
    outline = np.concatenate((upper, ends[:1], hairline, ends[1:]))
    _paint_shape(canvas, person, outline, 1.3, _strands(rng, person.hair))


def _veil(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    outer = _oval(0, 0.05, person.half_width * 1.4, 0.68)
    mask = _shape(person, np.concatenate((outer, ((0.75, 1.6), (-0.75, 1.6))))[np.r_[0:8, 28:30, 8:28]], 1.2)
    face = _shape(person, _oval(0, 0.05, person.half_width * 0.88, 0.43), 1.2)
    color = paint.hsv(rng.random(), uniform(rng, 0, 0.6), uniform(rng, 0.1, 0.95))
    folds = paint.fractal_noise(rng, _HEIGHT, _WIDTH, 5, 3)
    cloth = paint.gradient_picture(folds, (paint.mix(color, paint.BLACK, 0.4), paint.mix(color, paint.WHITE, 0.2)))
    paint.blend(canvas, (mask * (1 - face)).astype(np.float32), cloth)


def _glasses(rng: np.random.Generator, canvas: ImageU8, person: _Person) -> None:
    color: Color = pick(rng, ((20, 20, 20), (40, 50, 80), (150, 160, 170)))
    thickness = whole(rng, 1, 2)
    half_width, half_height = uniform(rng, 0.10, 0.13), uniform(rng, 0.065, 0.10)
    for side in (-1, 1):
        rim = person.at(_oval(side * person.half_width * 0.48, -0.02, half_width, half_height))
        cv2.polylines(canvas, [rim], True, color, thickness, cv2.LINE_AA, 4)
        temple = person.at(
            np.array(((side * (person.half_width * 0.48 + half_width), -0.03), (side * person.half_width, -0.05)))
        )
        cv2.polylines(canvas, [temple], False, color, thickness, cv2.LINE_AA, 4)
    cv2.polylines(
        canvas, [person.at(np.array(((-0.05, -0.03), (0.05, -0.03))))], False, color, thickness, cv2.LINE_AA, 4
    )


def _light(rng: np.random.Generator, canvas: ImageU8) -> None:
    """Lights the finished portrait unevenly, as a lamp on one side does."""
    shade = paint.ramp(_HEIGHT, _WIDTH, uniform(rng, 0, 6.28)) * np.float32(uniform(rng, 0, 0.35))
    paint.multiply(canvas, (np.float32(1.08) - shade).astype(np.float32))
