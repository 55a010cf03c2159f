"""Things put on a card one at a time: flags, coats of arms, logos, chips, signatures and stamps."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import paint, text, typesetting
from detector.training.synthesis.ornament import fixed_point, star_points
from detector.training.synthesis.paint import Color, ImageU8
from detector.training.synthesis.sampling import chance, pick, uniform, whole

_FLAG_COLORS: tuple[Color, ...] = (
    (40, 30, 200),
    (150, 60, 20),
    (250, 250, 250),
    (50, 140, 30),
    (30, 200, 250),
    (30, 30, 30),
    (200, 150, 60),
    (30, 110, 240),
)


def random_flag(rng: np.random.Generator, height: int, width: int) -> ImageU8:
    """Returns a flag: bars, a cross, a canton, a disc, a triangle or a ring of stars."""
    colors = [_FLAG_COLORS[int(i)] for i in rng.permutation(len(_FLAG_COLORS))[:4]]
    flag = paint.empty_canvas(height, width, colors[0])
    kind = pick(rng, ("rows", "columns", "cross", "disc", "stars", "triangle"))
    if kind in ("rows", "triangle"):
        count = whole(rng, 2, 5)
        for row in range(count):
            flag[row * height // count : (row + 1) * height // count] = colors[row % 3]
    elif kind == "columns":
        for column in range(3):
            flag[:, column * width // 3 : (column + 1) * width // 3] = colors[column]
    elif kind == "cross":
        arm, x = max(2, height // 5), width // pick(rng, (2, 3))
        flag[(height - arm) // 2 : (height + arm) // 2] = colors[1]
        flag[:, x - arm // 2 : x + arm // 2] = colors[1]
    elif kind == "disc":
        cv2.circle(flag, (width // 2, height // 2), height // 3, colors[1], -1, cv2.LINE_AA)
    else:
        _ring_of_stars(flag, whole(rng, 5, 12), colors[1])
    if kind == "triangle":
        corner = np.array(((0, 0), (width // 2, height // 2), (0, height)), np.int32)
        cv2.fillConvexPoly(flag, corner, colors[3], cv2.LINE_AA)
    return flag


def _ring_of_stars(flag: ImageU8, count: int, color: Color) -> None:
    height, width = flag.shape[:2]
    radius = max(1, height // 14)
    for index in range(count):
        angle = 2 * np.pi * index / count
        x, y = width / 2 + height * 0.33 * np.sin(angle), height / 2 - height * 0.33 * np.cos(angle)
        cv2.circle(flag, (round(x), round(y)), radius, color, -1, cv2.LINE_AA)


def draw_emblem(
    rng: np.random.Generator, image: ImageU8, x: int, y: int, size: int, color: Color, opacity: float = 1.0
) -> None:
    """Draws an emblem (coat of arms, bird, star, seal, wreath) into the square whose top-left corner is (x, y)."""
    view = image[max(0, y) : y + size, max(0, x) : x + size]
    if min(view.shape[:2]) < 8:
        return
    stencil = np.zeros((size, size), np.uint8)
    drawing = pick(rng, (_shield, _mirrored_figure, _mirrored_figure, _star, _seal, _wreath))
    drawing(rng, stencil, size)
    patch = np.ascontiguousarray(view)
    paint.blend(patch, paint.as_mask(stencil[: view.shape[0], : view.shape[1]]), color, opacity)
    view[:] = patch


def _shield(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    side = np.array(((0.12, 0.05), (0.88, 0.05), (0.88, 0.5), (0.72, 0.8), (0.5, 0.97), (0.28, 0.8), (0.12, 0.5)))
    outline = np.rint(side * size).astype(np.int32)
    cv2.fillPoly(stencil, [outline], 255, cv2.LINE_AA)
    charge = np.zeros_like(stencil)
    pick(rng, (_mirrored_figure, _star, _bars))(rng, charge, size)
    inside = cv2.resize(charge, (size // 2, size // 2), interpolation=cv2.INTER_AREA)
    corner = size // 5
    spot = stencil[corner : corner + size // 2, size // 4 : size // 4 + size // 2]
    np.subtract(spot, np.minimum(spot, inside), out=spot)


def _bars(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    step = max(2, size // whole(rng, 4, 8))
    for start in range(0, size, 2 * step):
        stencil[:, start : start + step] = 255


def _mirrored_figure(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    """Draws a ragged figure with left-right symmetry, which reads as an eagle, lion or crown from afar."""
    count = whole(rng, 10, 22)
    y = np.linspace(0.05, 0.95, count)
    reach = rng.uniform(0.06, 0.46, count) * np.sin(np.pi * np.linspace(0.12, 0.95, count)) ** 0.5
    right = np.stack((0.5 + reach, y + rng.uniform(-0.05, 0.05, count)), axis=1)
    left = right[::-1] * (-1, 1) + (1, 0)
    cv2.fillPoly(stencil, [fixed_point(np.concatenate((right, left)) * size)], 255, cv2.LINE_AA, 4)


def _star(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    cv2.fillPoly(stencil, [star_points(whole(rng, 4, 12), size / 2, uniform(rng, 0.3, 0.7))], 255, cv2.LINE_AA)


def _seal(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    middle, radius = (size // 2, size // 2), size // 2 - 2
    line = max(1, size // 40)
    cv2.circle(stencil, middle, radius, 255, line, cv2.LINE_AA)
    cv2.circle(stencil, middle, int(radius * 0.72), 255, line, cv2.LINE_AA)
    figure = np.zeros_like(stencil)
    pick(rng, (_mirrored_figure, _star))(rng, figure, size)
    half = max(2, size // 2)
    start = (size - half) // 2
    spot = stencil[start : start + half, start : start + half]
    np.maximum(spot, cv2.resize(figure, (half, half), interpolation=cv2.INTER_AREA), out=spot)
    _text_on_ring(rng, stencil, radius * 0.86, size)


def _text_on_ring(rng: np.random.Generator, stencil: ImageU8, radius: float, size: int) -> None:
    letters = text.words(rng, "latin", 4).upper()[:28]
    size_px = max(5, int(size * 0.11))
    for index, letter in enumerate(letters):
        angle = 2 * np.pi * index / len(letters) - np.pi
        x = size / 2 + radius * np.sin(angle) - size_px * 0.3
        y = size / 2 - radius * np.cos(angle) + size_px * 0.35
        typesetting.draw_text(stencil, letter, x, y, size_px, paint.WHITE)


def _wreath(rng: np.random.Generator, stencil: ImageU8, size: int) -> None:
    leaves = whole(rng, 6, 12)
    for index in range(leaves):
        angle = np.pi * (0.1 + 0.75 * index / leaves)
        for side in (-1, 1):
            x = size * (0.5 + side * 0.38 * np.sin(angle))
            y = size * (0.5 + 0.40 * np.cos(angle))
            axes = (max(1, size // 10), max(1, size // 26))
            tilt = -side * float(np.degrees(angle)) + side * 40
            cv2.ellipse(stencil, (round(x), round(y)), axes, tilt, 0, 360, 255, -1, cv2.LINE_AA)
    figure = np.zeros_like(stencil)
    pick(rng, (_star, _shield, _mirrored_figure))(rng, figure, size)
    half = max(2, size // 2)
    start = (size - half) // 2
    stencil[start : start + half, start : start + half] = cv2.resize(figure, (half, half), interpolation=cv2.INTER_AREA)


def draw_logo(rng: np.random.Generator, image: ImageU8, x: int, y: int, size: int, colors: tuple[Color, Color]) -> None:
    """Draws a company's mark: overlapping discs, bars, an arc or a letter in a tile."""
    kind = pick(rng, ("discs", "bars", "arc", "tile", "triangle"))
    middle, radius = (x + size // 2, y + size // 2), size // 2
    if kind == "discs":
        cv2.circle(image, (x + size // 3, y + size // 2), size // 3, colors[0], -1, cv2.LINE_AA)
        cv2.circle(image, (x + 2 * size // 3, y + size // 2), size // 3, colors[1], -1, cv2.LINE_AA)
    elif kind == "bars":
        for bar in range(4):
            top = y + size - int(size * uniform(rng, 0.3, 1.0))
            cv2.rectangle(image, (x + bar * size // 4, top), (x + (bar + 1) * size // 4 - 2, y + size), colors[0], -1)
    elif kind == "arc":
        for ring in range(3):
            shrunk = max(2, radius - ring * size // 7)
            cv2.ellipse(image, middle, (shrunk, shrunk), 0, 200, 400, colors[ring % 2], max(1, size // 12), cv2.LINE_AA)
    elif kind == "tile":
        cv2.rectangle(image, (x, y), (x + size, y + size), colors[0], -1)
        initial = text.letters(rng, 1)[0]
        typesetting.draw_text(
            image, initial, middle[0], y + size * 0.82, int(size * 0.9), colors[1], weight=800, anchor="center"
        )
    else:
        points = np.array(((x, y + size), (x + size // 2, y), (x + size, y + size)), np.int32)
        cv2.fillConvexPoly(image, points, colors[0], cv2.LINE_AA)
        cv2.circle(image, (x + size // 2, y + 2 * size // 3), size // 5, colors[1], -1, cv2.LINE_AA)


def draw_chip(rng: np.random.Generator, image: ImageU8, x: int, y: int, width: int) -> None:
    """Draws the contact plate of a chip, gold or silver, with its top-left corner at (x, y)."""
    height = int(width * uniform(rng, 0.75, 0.9))
    metal: Color = pick(rng, ((110, 190, 220), (90, 170, 205), (200, 205, 205), (140, 205, 230)))
    plate = paint.gradient_picture(
        paint.ramp(height, width, uniform(rng, 0, 6.28)), (paint.mix(metal, paint.WHITE, 0.35), metal, metal)
    )
    groove = paint.mix(metal, paint.BLACK, 0.55)
    left, right = width // 3, 2 * width // 3
    for row in (height // 4, height // 2, 3 * height // 4):
        cv2.line(plate, (0, row), (left, row), groove, 1, cv2.LINE_AA)
        cv2.line(plate, (right, row), (width, row), groove, 1, cv2.LINE_AA)
    shape = (left, height // 4, right - left, height // 2)
    if chance(rng, 0.5):
        cv2.ellipse(plate, (width // 2, height // 2), (width // 5, height // 3), 0, 0, 360, groove, 1, cv2.LINE_AA)
    else:
        cv2.rectangle(plate, shape, groove, 1)
    for column in (left, right):
        cv2.line(plate, (column, 0), (column, height), groove, 1, cv2.LINE_AA)
    stencil = np.zeros((height, width), np.uint8)
    paint.rounded_rectangle(stencil, (0, 0, width - 1, height - 1), width * 0.14)
    view = image[y : y + height, x : x + width]
    patch = np.ascontiguousarray(view)
    crop = (slice(0, view.shape[0]), slice(0, view.shape[1]))
    paint.blend(patch, paint.as_mask(stencil)[crop], np.ascontiguousarray(plate[crop]))
    view[:] = patch


def draw_signature(
    rng: np.random.Generator, image: ImageU8, x: float, y: float, width: float, height: float, color: Color
) -> None:
    """Draws a handwritten signature into a box: loops that run to the right, getting flatter, maybe a flourish."""
    strokes = [_scrawl(rng, uniform(rng, 3, 8))]
    if chance(rng, 0.4):
        strokes.append(_scrawl(rng, uniform(rng, 1, 3)) * (0.6, 0.7) + (0.3, 0.1))
    if chance(rng, 0.35):
        line = np.linspace(0, 1, 12)
        strokes.append(np.stack((line, 0.85 + 0.08 * np.sin(line * uniform(rng, 2, 6))), axis=1))
    curves = [fixed_point(stroke * (width, height) + (x, y)) for stroke in strokes]
    cv2.polylines(image, curves, False, color, whole(rng, 1, 2), cv2.LINE_AA, 4)


def _scrawl(rng: np.random.Generator, loops: float) -> NDArray[np.float64]:
    time = np.linspace(0, 1, 90)
    wave = 2 * np.pi * loops * (time + 0.08 * np.sin(2 * np.pi * time * uniform(rng, 0.5, 2)))
    swell = np.interp(time, np.linspace(0, 1, 7), rng.uniform(0.15, 1.0, 7)) * (1 - 0.5 * time)
    x = 0.05 + 0.85 * time + uniform(rng, 0.02, 0.08) * np.cos(wave + uniform(rng, 0, 6))
    y = 0.5 + 0.45 * swell * np.sin(wave) + 0.1 * np.sin(wave * 0.37 + uniform(rng, 0, 6))
    return np.stack((x, y), axis=1)


def draw_stamp(rng: np.random.Generator, image: ImageU8, x: int, y: int, size: int) -> None:
    """Presses an unevenly inked office stamp on the picture, centred at (x, y)."""
    color: Color = pick(rng, ((160, 60, 40), (60, 40, 170), (120, 40, 90), (70, 70, 70)))
    stencil = np.zeros((size, size), np.uint8)
    if chance(rng, 0.75):
        _seal(rng, stencil, size)
    else:
        cv2.rectangle(stencil, (2, size // 3), (size - 3, 2 * size // 3), 255, max(1, size // 40))
        words = text.word(rng, "latin").upper()
        typesetting.draw_text(
            stencil, words, size / 2, size * 0.57, size // 5, paint.WHITE, max_width_px=size * 0.85, anchor="center"
        )
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), uniform(rng, -40, 40), 1.0)
    stencil = np.asarray(cv2.warpAffine(stencil, turn, (size, size)), np.uint8)
    top, left = max(0, y - size // 2), max(0, x - size // 2)
    view = image[top : top + size, left : left + size]
    patch = np.ascontiguousarray(view)
    ink = paint.as_mask(stencil)[: view.shape[0], : view.shape[1]]
    ink = ink * (np.float32(0.4) + np.float32(0.6) * paint.smooth_noise(rng, ink.shape[0], ink.shape[1], 6))
    paint.blend(patch, ink, color, uniform(rng, 0.4, 0.85))
    view[:] = patch
