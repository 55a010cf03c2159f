"""Backs of cards: machine-readable zone, stripe, codes, small print, tables, signature strip."""

from __future__ import annotations

import cv2
import numpy as np

from detector.training.synthesis import barcode, emblem, layout, ornament, paint, text, typesetting
from detector.training.synthesis.layout import Box, Sheet
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform, whole


def draw_back(sheet: Sheet, *, official: bool) -> None:
    """Draws a back of one of the usual kinds; state documents tend to MRZ and tables, others to the stripe."""
    kinds = (("mrz", 0.6), ("table", 0.16), ("stripe", 0.14), ("print", 0.10))
    if not official:
        kinds = (("mrz", 0.0), ("table", 0.05), ("stripe", 0.65), ("print", 0.3))
    kind = pick_weighted(sheet.rng, kinds)
    if kind == "mrz":
        _draw_mrz_back(sheet)
    elif kind == "table":
        _draw_table_back(sheet)
    elif kind == "stripe":
        _draw_stripe_back(sheet)
    else:
        _draw_print_back(sheet)


def _draw_mrz_back(sheet: Sheet) -> None:
    """Three lines of TD1 at the bottom, fields and codes above."""
    rng, image = sheet.rng, sheet.image
    layout.draw_mrz(sheet, "TD1")
    top = 0
    if chance(rng, 0.2):
        top = _draw_stripe(sheet)
    bottom = sheet.height - layout.mrz_height(sheet, "TD1")
    body = Box(sheet.margin, top + sheet.margin, sheet.width - 2 * sheet.margin, bottom - top - 2 * sheet.margin)
    side = pick(rng, ("left", "right"))
    block = int(body.width * uniform(rng, 0.2, 0.42))
    block_x = body.x if side == "left" else body.right - block
    _draw_side_block(sheet, Box(block_x, body.y, block, body.height))
    x = body.x + block + 10 if side == "left" else body.x
    area = Box(x, body.y, body.width - block - 10, body.height)
    style = layout.random_field_style(sheet, area)
    y = layout.draw_fields(sheet, Box(area.x, area.y, area.width, int(area.height * uniform(rng, 0.5, 0.9))), style)
    if chance(rng, 0.5):
        _small_print(sheet, Box(area.x, y + 2, area.width, area.bottom - y))
    if chance(rng, 0.25):
        ornament.draw_hologram(rng, image)


def _draw_side_block(sheet: Sheet, box: Box) -> None:
    rng, image = sheet.rng, sheet.image
    kind = pick(rng, ("chip", "matrix", "stacked", "ghost", "emblem", "linear"))
    if kind == "chip":
        emblem.draw_chip(rng, image, box.x + 6, box.y + box.height // 4, whole(rng, 56, 78))
    elif kind == "matrix":
        side = int(min(box.width, box.height) * uniform(rng, 0.6, 1.0))
        code = pick(rng, (barcode.matrix_code, barcode.dotted_code))(rng, side)
        paint.paste(image, code, box.x, box.y)
    elif kind == "stacked":
        paint.paste(image, barcode.stacked_code(rng, int(box.height * 0.5), box.width), box.x, box.y)
    elif kind == "linear":
        paint.paste(image, barcode.linear_code(rng, int(box.height * 0.3), box.width), box.x, box.y)
    elif kind == "ghost":
        width = int(min(box.width, box.height * 0.7))
        photo = Box(box.x, box.y, width, int(width * 1.25))
        layout.draw_portrait(sheet, photo)
    else:
        side = min(box.width, box.height)
        emblem.draw_emblem(rng, image, box.x, box.y, side, sheet.palette.accent, uniform(rng, 0.3, 1.0))


def _draw_stripe(sheet: Sheet) -> int:
    """Draws a magnetic stripe near the top edge; returns the y below it."""
    top = int(sheet.height * uniform(sheet.rng, 0.0, 0.11))
    height = int(sheet.height * uniform(sheet.rng, 0.15, 0.23))
    color = pick(sheet.rng, ((20, 20, 20), (30, 30, 45), (35, 45, 65), (50, 50, 50)))
    sheet.image[top : top + height] = color
    return top + height


def _draw_stripe_back(sheet: Sheet) -> None:
    """Magnetic stripe, signature strip with check number, small print, a logo."""
    rng, image = sheet.rng, sheet.image
    y = _draw_stripe(sheet) + whole(rng, 6, 20)
    strip = Box(
        sheet.margin, y, int(sheet.width * uniform(rng, 0.45, 0.75)), int(sheet.height * uniform(rng, 0.11, 0.17))
    )
    if chance(rng, 0.85):
        cv2.rectangle(image, (strip.x, strip.y), (strip.right, strip.bottom), (238, 240, 240), -1)
        phrase = (text.word(rng, "latin") + " ") * 12
        for row in range(3):
            baseline = strip.y + (row + 0.8) * strip.height / 3
            typesetting.draw_text(
                image, phrase, strip.x + 2, baseline, 9, (215, 205, 195), max_width_px=strip.width - 4
            )
        emblem.draw_signature(rng, image, strip.x + 8, strip.y + 2, strip.width * 0.6, strip.height - 6, (90, 40, 30))
        check = text.digits(rng, 3)
        typesetting.draw_text(image, check, strip.right + 10, strip.bottom - 8, 18, sheet.palette.ink, font="italic")
    below = strip.bottom + 8
    _small_print(sheet, Box(sheet.margin, below, sheet.width - 2 * sheet.margin, int((sheet.height - below) * 0.7)))
    size = int((sheet.height - strip.bottom) * 0.35)
    if size > 16 and chance(rng, 0.7):
        x = sheet.width - sheet.margin - size
        colors = (sheet.palette.accent, pick(rng, sheet.palette.line))
        emblem.draw_logo(rng, image, x, sheet.height - size - 10, size, colors)
    elif chance(rng, 0.5):
        code = barcode.linear_code(rng, int(sheet.height * 0.12), int(sheet.width * 0.5))
        paint.paste(image, code, sheet.margin, int(sheet.height * 0.85))


def _draw_table_back(sheet: Sheet) -> None:
    """The table of classes that driving licences carry, with a code beside it."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    left, right = int(sheet.width * uniform(rng, 0.04, 0.3)), sheet.width - sheet.margin
    top, bottom = int(sheet.height * uniform(rng, 0.06, 0.15)), int(sheet.height * uniform(rng, 0.78, 0.94))
    rows, columns = whole(rng, 7, 14), whole(rng, 3, 5)
    row_px = (bottom - top) / rows
    xs = np.linspace(left, right, columns + 1).astype(int)
    for row in range(rows + 1):
        y = int(top + row * row_px)
        cv2.line(image, (left, y), (right, y), palette.label, 1)
        if row < rows:
            baseline = y + row_px * 0.78
            typesetting.draw_text(
                image,
                pick(rng, ("AM", "A1", "A", "B", "BE", "C", "D1", "T")),
                left + 4,
                baseline,
                min(18, int(row_px * 0.75)),
                palette.ink,
                weight=700,
            )
            for column in range(1, columns):
                if chance(rng, 0.55):
                    cell = f"{whole(rng, 1, 28):02d}.{whole(rng, 1, 12):02d}.{whole(rng, 0, 39):02d}"
                    typesetting.draw_text(
                        image,
                        cell,
                        xs[column] + 4,
                        baseline,
                        int(row_px * 0.65),
                        palette.ink,
                        max_width_px=xs[1] - xs[0] - 6,
                    )
    for x in xs:
        cv2.line(image, (int(x), top), (int(x), bottom), palette.label, 1)
    if left > 70:
        _draw_side_block(sheet, Box(sheet.margin, top, left - sheet.margin - 8, int(sheet.height * 0.5)))
    _small_print(sheet, Box(sheet.margin, bottom + 3, sheet.width - 2 * sheet.margin, sheet.height - bottom - 6))


def _draw_print_back(sheet: Sheet) -> None:
    """Dense or sparse small print, a code and a logo."""
    rng, image = sheet.rng, sheet.image
    body = Box(sheet.margin, sheet.margin, sheet.width - 2 * sheet.margin, sheet.height - 2 * sheet.margin)
    heading = text.company_name(rng)
    typesetting.draw_text(
        image, heading, body.x, body.y + 20, 20, sheet.palette.accent, weight=700, max_width_px=body.width
    )
    print_height = int(body.height * uniform(rng, 0.3, 0.7))
    _small_print(sheet, Box(body.x, body.y + 30, body.width, print_height))
    drawing = pick(rng, (barcode.linear_code, barcode.stacked_code))
    if chance(rng, 0.75):
        code = drawing(rng, int(body.height * 0.18), int(body.width * uniform(rng, 0.4, 0.95)))
        paint.paste(image, code, body.x, body.bottom - code.shape[0])


def _small_print(sheet: Sheet, box: Box) -> None:
    """Fills a box with lines of small running text in the holder's script."""
    size = whole(sheet.rng, 7, 12)
    script = sheet.holder.script if chance(sheet.rng, 0.6) else "latin"
    y = box.y + size
    while y < box.bottom:
        line = text.sentence(sheet.rng, script, max(4, int(box.width / size * (1.0 if script == "chinese" else 1.6))))
        typesetting.draw_text(sheet.image, line, box.x, y, size, sheet.palette.ink, max_width_px=box.width)
        y += size + 3
