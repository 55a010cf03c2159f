"""Writing paper and post: blank sheets, letters, notebooks, handwriting, receipts, envelopes."""

from collections.abc import Sequence

import cv2
import numpy as np

from detector.training.synthesis.lettering import (
    choose_script,
    face_of,
    phrase,
    write,
    write_column,
    write_line,
    write_scrawl,
)
from detector.training.synthesis.paper import blank_sheet, ink_colour
from detector.training.synthesis.surface import (
    Image,
    between,
    chance,
    photo_crop,
    random_colour,
    scale_colour,
    uniform,
    with_alpha,
)


def draw_blank(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw an empty sheet, sometimes with a corner folded over or cut off."""
    del photos
    sheet = blank_sheet(rng, uniform(rng, 0.5, 1.6))
    height, width = sheet.shape[:2]
    alpha = np.full((height, width), 255, np.uint8)
    if chance(rng, 0.2):
        cut = between(rng, 20, min(height, width) // 3)
        cv2.fillPoly(alpha, [np.array([[0, 0], [cut, 0], [0, cut]], np.int32)], 0, cv2.LINE_AA)
        fold = np.array([[cut, 0], [0, cut], [cut, cut]], np.int32)
        cv2.fillPoly(sheet, [fold], scale_colour(sheet[-1, -1].tolist(), uniform(rng, 0.75, 0.95)), cv2.LINE_AA)
    return with_alpha(sheet, alpha)


def draw_letter(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a typed letter: head, address, some paragraphs, a signature."""
    del photos
    sheet = blank_sheet(rng, 0.707)
    height, width = sheet.shape[:2]
    ink, script, size = ink_colour(rng), choose_script(rng), between(rng, 6, 9)
    margin = between(rng, 30, 50)
    if chance(rng, 0.6):
        colour = random_colour(rng, (0.4, 1.0), (0.3, 0.8))
        write_line(rng, sheet, (margin, 20, margin + 170, 20 + between(rng, 14, 28)), script, colour, weight=800)
    top = between(rng, 60, 90)
    write_column(rng, sheet, (margin, top, margin + 110, top + 5 * size), script, size, ink, justified=False)
    top += 7 * size
    bottom = height - margin - 70
    while top < bottom:
        lines = between(rng, 2, 9)
        box = (margin, top, width - margin, min(bottom, top + int(lines * size * 1.4)))
        write_column(rng, sheet, box, script, size, ink, leading=1.4, justified=False)
        top += int((lines + 1) * size * 1.4)
    pen = (between(rng, 90, 180), between(rng, 20, 60), between(rng, 10, 40))
    write_scrawl(rng, sheet, (width * 0.55, height - 60), 90, 16, pen)
    return with_alpha(sheet)


def _draw_ruling(rng: np.random.Generator, sheet: Image) -> float:
    """Draw a notebook's lines, squares or dots, and return the distance between lines."""
    height, width = sheet.shape[:2]
    step = uniform(rng, 9, 26)
    paper = sheet[0, 0].tolist()
    colour = scale_colour(paper, uniform(rng, 0.6, 0.88))
    if chance(rng, 0.5):
        colour = (colour[0], scale_colour(paper, 0.8)[1], scale_colour(paper, 0.65)[2])
    rows = np.arange(step, height, step).astype(int)
    columns = np.arange(step, width, step).astype(int)
    kind = rng.random()
    if kind < 0.15:
        sheet[np.ix_(rows, columns)] = scale_colour(colour, 0.6)
    else:
        sheet[rows] = colour
        if kind < 0.55:
            sheet[:, columns] = colour
    if chance(rng, 0.4):
        margin = int(width * uniform(rng, 0.1, 0.2))
        sheet[:, margin : margin + 1] = (110, 110, 225)
    return step


def draw_notebook(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw ruled or squared paper, empty or with a few handwritten lines, maybe with binding holes."""
    del photos
    sheet = blank_sheet(rng, uniform(rng, 0.62, 0.8))
    height, width = sheet.shape[:2]
    step = _draw_ruling(rng, sheet)
    if chance(rng, 0.5):
        pen, margin = ink_colour(rng), uniform(rng, 25, 80)
        for row in range(between(rng, 1, 14)):
            write_scrawl(rng, sheet, (margin, step * (row + 3) - 2), width * uniform(rng, 0.2, 0.75), step * 0.5, pen)
    alpha = np.full((height, width), 255, np.uint8)
    if chance(rng, 0.4):
        for y in np.arange(14, height, uniform(rng, 16, 40)):
            cv2.circle(alpha, (9, int(y)), 3, 0, -1, cv2.LINE_AA)
    return with_alpha(sheet, alpha)


def draw_handwriting(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a sheet of handwriting: dense or a few words, with sketches or crossings-out now and then."""
    del photos
    sheet = blank_sheet(rng, uniform(rng, 0.62, 1.4))
    height, width = sheet.shape[:2]
    if chance(rng, 0.3):
        _draw_ruling(rng, sheet)
    pen, size = ink_colour(rng), uniform(rng, 5, 14)
    thickness = 2 if size > 8 and chance(rng, 0.4) else 1
    margin, step = uniform(rng, 15, 60), size * uniform(rng, 1.8, 3.5)
    dense = chance(rng, 0.6)
    for y in np.arange(margin + size, height - margin, step):
        if dense or chance(rng, 0.25):
            length = (width - 2 * margin) * (uniform(rng, 0.8, 1) if dense else uniform(rng, 0.1, 0.6))
            write_scrawl(rng, sheet, (margin + uniform(rng, 0, 8), float(y)), length, size, pen, thickness)
    if chance(rng, 0.1):
        sketch = (rng.random((between(rng, 4, 12), 2)) * [width, height]).astype(np.int32)
        cv2.polylines(sheet, [sketch], chance(rng, 0.5), pen, 1, cv2.LINE_AA)
    return with_alpha(sheet)


def draw_receipt(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a till receipt: a narrow strip with centred head, items and prices, a total and a bar code."""
    del photos
    sheet = blank_sheet(rng, uniform(rng, 0.28, 0.6))
    height, width = sheet.shape[:2]
    ink, script, size = scale_colour((120, 120, 120), uniform(rng, 0.2, 1)), choose_script(rng), between(rng, 8, 13)
    face = face_of(rng, script)
    y = 24
    for _ in range(between(rng, 1, 4)):
        text = phrase(rng, script, between(rng, 6, 16)).upper()
        write(sheet, text, (max(4, width // 2 - len(text) * size // 4), y), ink, size + 2, face, 600)
        y += int(size * 1.6)
    while y < height - 90:
        write(sheet[:, : width - 50], phrase(rng, script, between(rng, 5, 24)), (10, y), ink, size, face)
        price = f"{uniform(rng, 0.1, 99):.2f}"
        write(sheet, price, (width - 10 - int(len(price) * size * 0.5), y), ink, size)
        y += int(size * uniform(rng, 1.25, 2.2))
    write(sheet, f"= {uniform(rng, 5, 400):.2f}", (10, y + 8), ink, int(size * 1.6), "sans", 800)
    if chance(rng, 0.5):
        bars = np.repeat(rng.random(width // 3) < 0.5, 2)[: width - 30]
        sheet[height - 50 : height - 18, 12 : 12 + len(bars)][:, bars] = ink
    return with_alpha(sheet)


def draw_envelope(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw an envelope: address or window, flap lines on the back, stamp or frank."""
    sheet = blank_sheet(rng, float(rng.choice([2.0, 2.0, 1.41])))
    height, width = sheet.shape[:2]
    ink, script = ink_colour(rng), choose_script(rng)
    edge = scale_colour(sheet[0, 0].tolist(), uniform(rng, 0.75, 0.92))
    if chance(rng, 0.35):
        tip = (width // 2, int(height * uniform(rng, 0.4, 0.65)))
        cv2.polylines(sheet, [np.array([[0, 0], tip, [width, 0]], np.int32)], False, edge, 2, cv2.LINE_AA)
        return with_alpha(sheet)
    x, y = int(width * uniform(rng, 0.08, 0.5)), int(height * uniform(rng, 0.4, 0.6))
    if chance(rng, 0.5):
        sheet[y - 12 : y + 70, x - 10 : x + 200] = edge
    if chance(rng, 0.5):
        write_column(rng, sheet, (x, y, x + 150, y + 60), script, 10, ink, justified=False)
    else:
        for row in range(3):
            write_scrawl(rng, sheet, (x, y + 18.0 * row), uniform(rng, 70, 150), 9, ink)
    if chance(rng, 0.6):
        stamp = photo_crop(rng, photos, 52, 42)
        sheet[14:66, width - 60 : width - 18] = stamp
        cv2.rectangle(sheet, (width - 62, 12), (width - 17, 67), (240, 240, 240), 2)
    write_column(rng, sheet, (16, 16, 120, 50), script, 7, ink, justified=False)
    return with_alpha(sheet)
