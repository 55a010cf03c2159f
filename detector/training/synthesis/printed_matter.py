"""Paper of every kind that is no identity card: newspapers, pages, forms, receipts, envelopes, blank sheets, prints.

`draw_printed_matter` is the entry; newspapers and stationery have their own modules.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np

from detector.training.synthesis.lettering import choose_script, write, write_column, write_line
from detector.training.synthesis.newspaper import draw_newspaper
from detector.training.synthesis.paper import blank_sheet, ink_colour
from detector.training.synthesis.stationery import (
    draw_blank,
    draw_envelope,
    draw_handwriting,
    draw_letter,
    draw_notebook,
    draw_receipt,
)
from detector.training.synthesis.surface import (
    Field,
    Image,
    add_grain,
    between,
    chance,
    in_grey,
    linear_ramp,
    photo_crop,
    random_colour,
    shaded,
    shadow_stripes,
    smooth_noise,
    uniform,
    with_alpha,
)


def draw_printed_matter(rng: np.random.Generator, photos: Sequence[Image] = ()) -> Image:
    """Draw one piece of paper, flat and seen from above.

    Args:
        rng: Source of every choice.
        photos: BGR photographs to cut photo boxes from; without them the boxes hold drawn art.

    Returns:
        BGRA picture (H, W, 4) with its longer side about 512 pixels.
    """
    kinds: list[tuple[float, Callable[[np.random.Generator, Sequence[Image]], Image]]] = [
        (0.33, draw_newspaper),
        (0.14, draw_blank),
        (0.10, _draw_text_page),
        (0.06, draw_letter),
        (0.07, draw_handwriting),
        (0.06, _draw_form),
        (0.05, draw_receipt),
        (0.04, draw_envelope),
        (0.04, draw_notebook),
        (0.04, _draw_photo_print),
        (0.04, _draw_flyer),
        (0.05, _draw_magazine),
    ]
    weights = np.array([weight for weight, _ in kinds])
    _, draw = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return _aged(rng, draw(rng, photos))


def _aged(rng: np.random.Generator, sheet: Image) -> Image:
    """Return the sheet with uneven light, folds and grain."""
    height, width = sheet.shape[:2]
    gain = linear_ramp(rng, height, width, uniform(rng, 0, 0.25))
    gain += (smooth_noise(rng, height, width, uniform(rng, 60, 250)) - 0.5) * np.float32(uniform(rng, 0, 0.18))
    if chance(rng, 0.35):
        for _ in range(between(rng, 1, 2)):
            _add_fold(rng, gain)
    if chance(rng, 0.08):
        gain *= shadow_stripes(rng, height, width)
    picture = shaded(np.ascontiguousarray(sheet[..., :3]), gain)
    if chance(rng, 0.4):
        picture = add_grain(rng, picture, uniform(rng, 1, 5))
    return with_alpha(picture, sheet[..., 3])


def _add_fold(rng: np.random.Generator, gain: Field) -> None:
    """Darken one side of a straight fold across the gain field and brighten its ridge."""
    height, width = gain.shape
    across = chance(rng, 0.5)
    length = width if across else height
    at = uniform(rng, 0.2, 0.8) * length
    distance = np.arange(length, dtype=np.float32) - np.float32(at)
    reach = uniform(rng, 15, 90)
    side = np.where(distance > 0, np.exp(-distance / reach), 0) * -uniform(rng, 0.03, 0.2)
    profile = (side + 0.08 * np.exp(-((distance / 2) ** 2))).astype(np.float32)
    gain += profile[None, :] if across else profile[:, None]


def _draw_text_page(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a book or magazine page: one to three columns, perhaps a heading, a picture and a page number."""
    sheet = blank_sheet(rng, uniform(rng, 0.6, 0.8))
    height, width = sheet.shape[:2]
    ink, script, size = ink_colour(rng), choose_script(rng), between(rng, 6, 12)
    margin = between(rng, 20, 55)
    top = margin
    if chance(rng, 0.5):
        heading = between(rng, 14, 36)
        write_line(rng, sheet, (margin, top, width - margin, top + heading), script, ink, weight=700)
        top += heading + size
    columns = between(rng, 1, 3)
    column_w = (width - 2 * margin) // columns
    for column in range(columns):
        left = margin + column * column_w
        box_top = top
        if chance(rng, 0.25):
            photo_h = between(rng, 60, 200)
            sheet[top : top + photo_h, left : left + column_w - 8] = photo_crop(rng, photos, photo_h, column_w - 8)
            box_top += photo_h + 6
        box = (left, box_top, left + column_w - 8, height - margin - 14)
        write_column(rng, sheet, box, script, size, ink, leading=uniform(rng, 1.2, 1.6), justified=chance(rng, 0.7))
    write(sheet, str(between(rng, 2, 500)), (width // 2, height - margin // 2), ink, 9)
    return with_alpha(sheet)


def _draw_form(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a table or form: heading, ruled rows and columns, shaded rows, text in most cells."""
    del photos
    sheet = blank_sheet(rng, float(rng.choice([0.707, 0.77, 1.414])))
    height, width = sheet.shape[:2]
    ink, script, margin = ink_colour(rng), choose_script(rng), between(rng, 18, 45)
    heading = between(rng, 12, 28)
    write_line(rng, sheet, (margin, margin, width - margin, margin + heading), script, ink, weight=700)
    rows = np.linspace(margin + heading + 12, height - margin, between(rng, 6, 34)).astype(int)
    cuts = np.sort(rng.uniform(0.1, 0.9, between(rng, 1, 6)))
    columns = (margin + np.concatenate([[0], cuts, [1]]) * (width - 2 * margin)).astype(int)
    band = random_colour(rng, (0.0, 0.6), (0.55, 0.95))
    banded, ruled = chance(rng, 0.5), chance(rng, 0.75)
    for row, (y1, y2) in enumerate(pairwise(rows)):
        if banded and row % 2 == 0:
            sheet[y1:y2, columns[0] : columns[-1]] = band
        size = min(y2 - y1, 15)
        for x1, x2 in pairwise(columns):
            right = int(x1 + 3 + (x2 - x1) * uniform(rng, 0.3, 0.95))
            if chance(rng, 0.75):
                box = (int(x1) + 3, int(y2) - size, min(right, int(x2) - 2), int(y2))
                write_line(
                    rng, sheet, box, "digits" if chance(rng, 0.3) else script, ink, weight=700 if row == 0 else 0
                )
    if ruled:
        sheet[rows, columns[0] : columns[-1]] = ink
        sheet[rows[0] : rows[-1], columns] = ink
    return with_alpha(sheet)


def _draw_photo_print(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a printed photograph, with or without a white border, in colour or grey."""
    aspect = float(rng.choice([1.5, 1.33, 0.67, 0.75, 1.0]))
    sheet = blank_sheet(rng, aspect, (245, 245, 245))
    height, width = sheet.shape[:2]
    border = int(rng.choice([0, 0, 8, 16, 24]))
    foot = border * 3 if border and chance(rng, 0.3) else border
    photo = photo_crop(rng, photos, height - border - foot, width - 2 * border)
    if chance(rng, 0.3):
        photo = in_grey(photo)
    sheet[border : height - foot, border : width - border] = photo
    return with_alpha(sheet)


def _draw_flyer(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw an advertisement: a photo or coloured ground, big letters, price bubbles, coloured bars."""
    sheet = blank_sheet(rng, uniform(rng, 0.5, 1.5), random_colour(rng, (0.1, 0.9), (0.4, 1.0)))
    height, width = sheet.shape[:2]
    script = choose_script(rng)
    if chance(rng, 0.7):
        top, bottom = sorted((between(rng, 0, height // 2), between(rng, height // 2 + 20, height)))
        sheet[top:bottom] = photo_crop(rng, photos, bottom - top, width)
    for _ in range(between(rng, 1, 4)):
        size, y = between(rng, 20, 80), between(rng, 0, height - 90)
        if chance(rng, 0.4):
            sheet[y : y + size] = random_colour(rng)
        write_line(rng, sheet, (12, y, width - 8, y + size), script, random_colour(rng), upper=True, weight=800)
    if chance(rng, 0.5):
        centre, radius = (between(rng, 60, width - 60), between(rng, 60, height - 60)), between(rng, 25, 60)
        cv2.circle(sheet, centre, radius, random_colour(rng, (0.7, 1.0), (0.7, 1.0)), -1, cv2.LINE_AA)
        origin = (centre[0] - radius * 2 // 3, centre[1] + radius // 4)
        write(sheet, f"{uniform(rng, 1, 99):.2f}", origin, (255, 255, 255), int(radius * 0.7), "sans", 800)
    write_column(rng, sheet, (14, height - 50, width - 14, height - 8), script, 8, (30, 30, 30))
    return with_alpha(sheet)


def _draw_magazine(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a glossy spread: overlapping pictures in colour or grey on a coloured ground, with captions on panels."""
    sheet = blank_sheet(rng, uniform(rng, 0.65, 1.5), random_colour(rng, (0.0, 1.0), (0.05, 1.0)))
    height, width = sheet.shape[:2]
    script, grey = choose_script(rng), chance(rng, 0.4)
    for _ in range(between(rng, 2, 6)):
        photo_h, photo_w = between(rng, height // 5, int(height * 0.7)), between(rng, width // 5, int(width * 0.7))
        y, x = between(rng, 0, height - photo_h), between(rng, 0, width - photo_w)
        photo = photo_crop(rng, photos, photo_h, photo_w)
        sheet[y : y + photo_h, x : x + photo_w] = in_grey(photo) if grey else photo
        if chance(rng, 0.3):
            cv2.rectangle(sheet, (x, y), (x + photo_w - 1, y + photo_h - 1), (240, 240, 240), between(rng, 2, 6))
    for _ in range(between(rng, 1, 3)):
        box_h, box_w = between(rng, 40, height // 2), between(rng, 70, width // 2)
        y, x = between(rng, 0, height - box_h), between(rng, 0, width - box_w)
        sheet[y : y + box_h, x : x + box_w] = random_colour(rng, (0.0, 0.3), (0.75, 1.0))
        box = (x + 6, y + 6, x + box_w - 6, y + box_h - 4)
        write_column(rng, sheet, box, script, between(rng, 6, 13), (35, 35, 35), justified=chance(rng, 0.5))
    size, y = between(rng, 24, 80), between(rng, 0, height - 90)
    write_line(rng, sheet, (14, y, width, y + size), script, random_colour(rng, (0.0, 1.0), (0.6, 1.0)), weight=900)
    return with_alpha(sheet)
