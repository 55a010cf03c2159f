"""Things that lie on a card or hold it: fingers, hands, pens, toys, coins, clips, strings, cups.

`draw_occluder` is the entry. A shape is a mask; `_inflated` gives it a rounded, shaded body.
"""

from collections.abc import Callable

import cv2
import numpy as np

from detector.training.synthesis.hands import draw_finger, draw_hand
from detector.training.synthesis.surface import (
    Colour,
    Image,
    between,
    chance,
    filled,
    random_colour,
    rounded_mask,
    scale_colour,
    uniform,
)
from detector.training.synthesis.volume import cylinder, inflated, softened


def draw_occluder(rng: np.random.Generator) -> Image:
    """Draw one thing that may cover part of a card.

    Args:
        rng: Source of every choice.

    Returns:
        BGRA picture (H, W, 4), alpha 0 outside the thing. Fingers, hands and pens stand upright with the tip at the top
        and are cut by the bottom edge, where they are meant to enter the scene; loose things fill the picture.
    """
    kinds: list[tuple[float, Callable[[np.random.Generator], Image]]] = [
        (0.28, draw_finger),
        (0.18, draw_hand),
        (0.20, _draw_pen),
        (0.10, _draw_toy),
        (0.06, _draw_coins),
        (0.05, _draw_paper_clip),
        (0.05, _draw_string),
        (0.04, _draw_cup),
        (0.04, _draw_cap),
    ]
    weights = np.array([weight for weight, _ in kinds])
    _, draw = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return draw(rng)


def _light_angle(rng: np.random.Generator) -> float:
    """Return a direction for the light, in radians."""
    return uniform(rng, 0, 2 * np.pi)


def _draw_pen(rng: np.random.Generator) -> Image:
    """Draw a pen, pencil or marker from the bottom edge up to its tip; a big one may be out of focus."""
    height, width = 512, between(rng, 36, 190)
    big = width > 100
    body = (
        random_colour(rng, (0.6, 1.0), (0.4, 0.95))
        if big or chance(rng, 0.6)
        else random_colour(rng, (0, 0.3), (0.05, 0.9))
    )
    radius = width * 0.44
    taper = radius * uniform(rng, 0.8, 4.0)
    tip = radius * uniform(rng, 0.08, 0.6)
    ys = np.arange(height, dtype=np.float32)
    along = np.clip(ys / np.float32(taper), 0, 1)
    profile = np.sqrt(along * (2 - along)) if chance(rng, 0.35) else along
    half_widths = np.asarray(tip + (radius - tip) * profile, np.float32)
    colours = filled(height, width, body)
    _colour_pen_parts(rng, colours, body, int(taper))
    picture, mask = cylinder(rng, colours, half_widths, gloss=uniform(rng, 0.1, 0.9))
    blur = uniform(rng, 3, 12) if big and chance(rng, 0.7) else uniform(rng, 0, 1.5)
    return softened(picture, mask, blur)


def _colour_pen_parts(rng: np.random.Generator, colours: Image, body: Colour, taper: int) -> None:
    """Give the point, a ring and a band along the pen their own colours."""
    if chance(rng, 0.5):
        colours[:taper] = random_colour(rng, (0.0, 0.5), (0.05, 0.9))
    if chance(rng, 0.4):
        colours[: taper // 3] = (40, 40, 40)
    for _ in range(between(rng, 0, 3)):
        y, thick = between(rng, taper, 480), between(rng, 3, 70)
        colours[y : y + thick] = scale_colour(body, uniform(rng, 0.4, 1.4)) if chance(rng, 0.6) else (235, 235, 235)


def _draw_toy(rng: np.random.Generator) -> Image:
    """Draw a rounded thing of a few coloured blobs, like a plastic or plush figure."""
    height, width = between(rng, 260, 512), between(rng, 220, 512)
    mask, colours = np.zeros((height, width), np.uint8), filled(height, width, (0, 0, 0))
    parts = []
    for index in range(between(rng, 2, 7)):
        reach = 0.3 if index == 0 else 0.2
        axes = (int(width * uniform(rng, 0.08, reach)), int(height * uniform(rng, 0.08, reach)))
        centre = (int(width * uniform(rng, 0.3, 0.7)), int(height * uniform(rng, 0.3, 0.7)))
        parts.append((centre, axes, uniform(rng, 0, 180), random_colour(rng, (0.2, 1.0), (0.3, 1.0))))
    for centre, axes, angle, colour in parts:
        cv2.ellipse(mask, centre, axes, angle, 0, 360, 255, -1, cv2.LINE_AA)
        cv2.ellipse(colours, centre, axes, angle, 0, 360, colour, -1)
        cv2.ellipse(colours, centre, axes, angle, 0, 360, scale_colour(colour, 0.6), 2, cv2.LINE_AA)
    for _ in range(between(rng, 0, 3)):
        centre = (int(width * uniform(rng, 0.35, 0.65)), int(height * uniform(rng, 0.35, 0.65)))
        cv2.circle(colours, centre, between(rng, 4, 12), (20, 20, 20), -1, cv2.LINE_AA)
    return _cropped(
        softened(inflated(colours, mask, _light_angle(rng), uniform(rng, 0.1, 0.6)), mask, uniform(rng, 0, 3))
    )


def _cropped(picture: Image) -> Image:
    """Return the BGRA picture cut to its visible part."""
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(picture[..., 3]))
    return np.ascontiguousarray(picture[y : y + height, x : x + width])


def _metal(rng: np.random.Generator) -> Colour:
    """Return silver, copper or gold."""
    metals: tuple[Colour, ...] = ((190, 190, 190), (150, 155, 160), (80, 120, 190), (90, 175, 215))
    return scale_colour(metals[between(rng, 0, 3)], uniform(rng, 0.7, 1.15))


def _draw_coins(rng: np.random.Generator) -> Image:
    """Draw one to four coins with a rim and some relief."""
    size = 400
    mask, colours = np.zeros((size, size), np.uint8), filled(size, size, (0, 0, 0))
    for _ in range(between(rng, 1, 4)):
        radius = between(rng, 50, 105)
        centre = (between(rng, radius, size - radius), between(rng, radius, size - radius))
        metal = _metal(rng)
        cv2.circle(mask, centre, radius, 255, -1, cv2.LINE_AA)
        cv2.circle(colours, centre, radius, metal, -1, cv2.LINE_AA)
        cv2.circle(colours, centre, radius, scale_colour(metal, 0.5), 2, cv2.LINE_AA)
        cv2.circle(colours, centre, int(radius * 0.88), scale_colour(metal, 0.7), 2, cv2.LINE_AA)
        relief = (rng.normal(0, radius * 0.3, (9, 2)) + centre).astype(np.int32)
        cv2.fillPoly(colours, [relief], scale_colour(metal, uniform(rng, 0.75, 1.2)), cv2.LINE_AA)
    return _cropped(softened(inflated(colours, mask, _light_angle(rng), 0.3, roundness=0.2), mask, uniform(rng, 0, 1)))


def _draw_wire(mask: Image, points: np.ndarray[tuple[int, int], np.dtype[np.float64]], thickness: int) -> None:
    """Draw a smooth line through the points (N, 2) into the mask."""
    cv2.polylines(mask, [(points * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)


def _draw_paper_clip(rng: np.random.Generator) -> Image:
    """Draw a paper clip: one wire in three nested bends."""
    height, width = 320, 110
    turn = np.linspace(np.pi, 0, 20)
    bends = []
    for x1, x2, y, up in ((90, 20, 60, 1), (20, 74, 270, -1), (74, 36, 90, 1)):
        half = abs(x2 - x1) / 2
        across = np.cos(turn) * half * np.sign(x2 - x1)
        bends.append(np.stack([(x1 + x2) / 2 + across, y - up * np.sin(turn) * half], 1))
    wire = np.concatenate([[[90.0, 230.0]], *bends, [[36.0, 220.0]]])
    mask = np.zeros((height, width), np.uint8)
    _draw_wire(mask, wire, between(rng, 5, 9))
    colour = _metal(rng) if chance(rng, 0.5) else random_colour(rng, (0.6, 1.0), (0.4, 0.9))
    return _cropped(
        softened(inflated(filled(height, width, colour), mask, _light_angle(rng), 0.8), mask, uniform(rng, 0, 1))
    )


def _draw_string(rng: np.random.Generator) -> Image:
    """Draw a cord, cable, hair or rubber band wandering up from the bottom edge."""
    height, width = 512, between(rng, 80, 300)
    steps = np.linspace(0, 1, 80)
    waves = sum(
        uniform(rng, -0.2, 0.2) * np.sin(2 * np.pi * (steps * uniform(rng, 0.3, 2.5) + float(rng.random())))
        for _ in range(3)
    )
    xs = np.clip(0.5 + waves, 0.05, 0.95) * width
    mask = np.zeros((height, width), np.uint8)
    _draw_wire(mask, np.stack([xs, height + 5 - steps * (height - 15)], 1), int(rng.choice([2, 3, 5, 8, 14])))
    colours = filled(height, width, random_colour(rng, (0.0, 0.9), (0.05, 0.9)))
    return softened(inflated(colours, mask, _light_angle(rng), 0.5), mask, uniform(rng, 0, 2))


def _draw_cup(rng: np.random.Generator) -> Image:
    """Draw a cup from above with its handle: rim, inner wall and drink."""
    size, radius = 420, 165
    centre = (size // 2 - 20, size // 2)
    china = random_colour(rng, (0.0, 0.7), (0.4, 1.0))
    mask, colours = np.zeros((size, size), np.uint8), filled(size, size, china)
    cv2.ellipse(mask, (centre[0] + radius, centre[1]), (50, between(rng, 30, 50)), 0, 0, 360, 255, between(rng, 14, 24))
    cv2.circle(mask, centre, radius, 255, -1, cv2.LINE_AA)
    body = inflated(colours, mask, _light_angle(rng), 0.6, roundness=0.5)
    inner = int(radius * uniform(rng, 0.85, 0.93))
    cv2.circle(body, centre, inner, scale_colour(china, 0.6), -1, cv2.LINE_AA)
    drink = random_colour(rng, (0.3, 0.9), (0.05, 0.6))
    cv2.circle(body, (centre[0] + 4, centre[1] + 6), int(inner * 0.88), drink, -1, cv2.LINE_AA)
    return _cropped(softened(body, mask, uniform(rng, 0, 3)))


def _draw_cap(rng: np.random.Generator) -> Image:
    """Draw a rubber, a bottle top, a block or a stick: one small rounded solid."""
    height, width = between(rng, 180, 480), between(rng, 120, 320)
    radius = uniform(rng, 0.05, 0.5) * min(height, width)
    mask = rounded_mask(height, width, radius)
    mask[0] = mask[-1] = 0
    mask[:, 0] = mask[:, -1] = 0
    colours = filled(height, width, random_colour(rng, (0.1, 1.0), (0.2, 1.0)))
    if chance(rng, 0.5):
        cut = between(rng, 0, height)
        colours[:cut] = random_colour(rng, (0.0, 1.0), (0.2, 1.0))
    return softened(
        inflated(colours, mask, _light_angle(rng), uniform(rng, 0.1, 0.7), roundness=0.5), mask, uniform(rng, 0, 3)
    )
