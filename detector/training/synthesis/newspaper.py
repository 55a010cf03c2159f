"""A newspaper page, or a part of one, laid out by cutting the page again and again into blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from detector.training.synthesis.lettering import choose_script, write, write_column, write_line
from detector.training.synthesis.surface import (
    Colour,
    Image,
    between,
    chance,
    filled,
    hsv_colour,
    in_grey,
    photo_crop,
    random_colour,
    scale_colour,
    uniform,
    vary_colour,
    with_alpha,
)

Box = tuple[int, int, int, int]
_PAGE_PX = 512


@dataclass(frozen=True, slots=True)
class _Style:
    """What all blocks of one page share."""

    script: str
    ink: Colour
    paper: Colour
    accent: Colour
    text_px: int
    leading: float
    column_px: int
    colour_photos: bool
    ruled: bool


def draw_newspaper(rng: np.random.Generator, photos: Sequence[Image] = ()) -> Image:
    """Draw a newspaper page of headlines, columns, photos, puzzles and advertisements as opaque BGRA (H, W, 4)."""
    height = _PAGE_PX
    width = between(rng, 340, _PAGE_PX)
    style = _choose_style(rng)
    page = filled(height, width, style.paper)
    margin = between(rng, 0, 22)
    top = margin
    if chance(rng, 0.35):
        top = _draw_masthead(rng, page, (margin, margin, width - margin, height), style)
    body = (margin, top, width - margin, height - margin)
    if chance(rng, 0.08):
        _draw_crossword(rng, page, body, style)
    else:
        _fill(rng, page, body, style, photos, 0)
    return with_alpha(page)


def _choose_style(rng: np.random.Generator) -> _Style:
    kind = rng.random()
    if kind < 0.55:
        paper = vary_colour(rng, [between(rng, 195, 240)] * 3, 5)
    elif kind < 0.9:
        paper = hsv_colour(uniform(rng, 0.08, 0.15), uniform(rng, 0.06, 0.4), uniform(rng, 0.72, 0.95))
    else:
        paper = hsv_colour(uniform(rng, 0.0, 0.06), uniform(rng, 0.1, 0.3), uniform(rng, 0.85, 1.0))
    text_px = between(rng, 5, 12)
    return _Style(
        script=choose_script(rng),
        ink=vary_colour(rng, [between(rng, 20, 75)] * 3, 6),
        paper=paper,
        accent=random_colour(rng, (0.4, 1.0), (0.35, 0.95)),
        text_px=text_px,
        leading=uniform(rng, 1.08, 1.4),
        column_px=int(text_px * uniform(rng, 9, 16)),
        colour_photos=chance(rng, 0.55),
        ruled=chance(rng, 0.4),
    )


def _draw_masthead(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> int:
    """Draw the paper's name over the full width, and return the y where the page goes on."""
    x1, y1, x2, _ = box
    height = between(rng, 30, 80)
    inverted = chance(rng, 0.3)
    if inverted:
        page[y1 : y1 + height, x1:x2] = style.accent
    colour = style.paper if inverted else style.ink
    write_line(rng, page, (x1 + 4, y1, x2, y1 + height), style.script, colour, upper=chance(rng, 0.6), weight=900)
    page[y1 + height + 2 : y1 + height + 4, x1:x2] = style.ink
    return y1 + height + 8


def _fill(rng: np.random.Generator, page: Image, box: Box, style: _Style, photos: Sequence[Image], depth: int) -> None:
    """Cut the box in two while it is big, then draw one block into each piece."""
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    if width < 24 or height < 24:
        return
    smallest = max(70, style.column_px)
    if depth < 2 or (max(width, height) > 2 * smallest and chance(rng, 0.75)):
        gap = max(4, style.text_px * 2 // 3)
        if width > height * uniform(rng, 0.6, 1.5) and width > 2 * smallest:
            cut = x1 + int(width * uniform(rng, 0.3, 0.7))
            if style.ruled:
                page[y1:y2, cut : cut + 1] = style.ink
            _fill(rng, page, (x1, y1, cut - gap, y2), style, photos, depth + 1)
            _fill(rng, page, (cut + gap, y1, x2, y2), style, photos, depth + 1)
            return
        if height > 2 * smallest:
            cut = y1 + int(height * uniform(rng, 0.3, 0.7))
            if style.ruled or chance(rng, 0.3):
                page[cut : cut + 1, x1:x2] = style.ink
            _fill(rng, page, (x1, y1, x2, cut - gap), style, photos, depth + 1)
            _fill(rng, page, (x1, cut + gap, x2, y2), style, photos, depth + 1)
            return
    _draw_block(rng, page, box, style, photos)


def _draw_block(rng: np.random.Generator, page: Image, box: Box, style: _Style, photos: Sequence[Image]) -> None:
    kind = rng.random()
    if kind < 0.54:
        _draw_article(rng, page, box, style)
    elif kind < 0.73:
        _draw_photo(rng, page, box, style, photos)
    elif kind < 0.83:
        _draw_interview(rng, page, box, style, photos)
    elif kind < 0.9:
        _draw_advertisement(rng, page, box, style, photos)
    elif kind < 0.94:
        _draw_crossword(rng, page, box, style)
    elif kind < 0.96:
        _draw_sudoku(rng, page, box, style)
    else:
        _draw_classifieds(rng, page, box, style)


def _draw_columns(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> None:
    """Fill the box with as many columns of the page's width as fit."""
    x1, y1, x2, y2 = box
    count = max(1, round((x2 - x1) / style.column_px))
    gutter = style.text_px
    pitch = (x2 - x1 + gutter) / count
    for column in range(count):
        left = x1 + int(column * pitch)
        column_box = (left, y1, left + int(pitch) - gutter, y2)
        write_column(rng, page, column_box, style.script, style.text_px, style.ink, leading=style.leading)


def _draw_headline(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> int:
    """Draw one to three bold lines at the top of the box, and return the y below them."""
    x1, y, x2, y2 = box
    size = min(between(rng, style.text_px * 2, style.text_px * 6), (y2 - y) // 3)
    colour = style.accent if chance(rng, 0.15) else style.ink
    for _ in range(between(rng, 1, 3)):
        right = x2 - int((x2 - x1) * uniform(rng, 0, 0.4))
        write_line(rng, page, (x1, y, right, y + size), style.script, colour, weight=int(rng.choice([600, 800, 900])))
        y += size
    return y + style.text_px // 2


def _draw_article(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> None:
    """Draw a headline over columns of text, on a tint now and then."""
    x1, y1, x2, y2 = box
    if chance(rng, 0.12):
        page[y1:y2, x1:x2] = scale_colour(style.paper, uniform(rng, 0.8, 0.93))
        x1, y1, x2, y2 = x1 + 5, y1 + 5, x2 - 5, y2 - 5
    if chance(rng, 0.65):
        y1 = _draw_headline(rng, page, (x1, y1, x2, y2), style)
    _draw_columns(rng, page, (x1, y1, x2, y2), style)
    if chance(rng, 0.1):
        _draw_highlight(rng, page[y1:y2, x1:x2], style)


def _draw_highlight(rng: np.random.Generator, region: Image, style: _Style) -> None:
    """Lay a coloured marker bar over some lines."""
    if region.shape[0] < 30:
        return
    y = between(rng, 0, region.shape[0] - 20)
    bar = region[y : y + style.text_px * between(rng, 1, 4)]
    bar[:] = np.minimum(bar, np.array(random_colour(rng, (0.5, 1.0), (0.9, 1.0)), np.uint8))


def _printed_photo(rng: np.random.Generator, photos: Sequence[Image], size: tuple[int, int], style: _Style) -> Image:
    """Return a photo (height, width) as newsprint shows it: flat contrast, grey or coloured, tinted by the paper."""
    photo = photo_crop(rng, photos, *size)
    if not style.colour_photos or chance(rng, 0.15):
        photo = in_grey(photo)
    black = np.float32(uniform(rng, 20, 60))
    inked = black + photo.astype(np.float32) * (np.asarray(style.paper, np.float32) - black) / 255
    return inked.astype(np.uint8)


def _draw_photo(rng: np.random.Generator, page: Image, box: Box, style: _Style, photos: Sequence[Image]) -> None:
    """Draw a photo with a caption below it, and text where there is room left."""
    x1, y1, x2, y2 = box
    bottom = y1 + int((y2 - y1) * uniform(rng, 0.5, 0.95))
    page[y1:bottom, x1:x2] = _printed_photo(rng, photos, (bottom - y1, x2 - x1), style)
    if chance(rng, 0.3):
        cv2.rectangle(page, (x1, y1), (x2 - 1, bottom - 1), style.ink, 1)
    _draw_columns(rng, page, (x1, bottom + 3, x2, y2), style)


def _draw_interview(rng: np.random.Generator, page: Image, box: Box, style: _Style, photos: Sequence[Image]) -> None:
    """Draw a small portrait-shaped photo with text beside and below it."""
    x1, y1, x2, y2 = box
    photo_w = int((x2 - x1) * uniform(rng, 0.25, 0.5))
    photo_h = min(int(photo_w * uniform(rng, 1.0, 1.4)), y2 - y1)
    left = x1 if chance(rng, 0.6) else x2 - photo_w
    page[y1 : y1 + photo_h, left : left + photo_w] = _printed_photo(rng, photos, (photo_h, photo_w), style)
    beside = (left + photo_w + 5, x2) if left == x1 else (x1, left - 5)
    write_column(
        rng,
        page,
        (beside[0], y1, beside[1], y1 + photo_h),
        style.script,
        style.text_px,
        style.ink,
        leading=style.leading,
    )
    _draw_columns(rng, page, (x1, y1 + photo_h + 5, x2, y2), style)


def _draw_advertisement(
    rng: np.random.Generator, page: Image, box: Box, style: _Style, photos: Sequence[Image]
) -> None:
    """Draw a framed coloured box with a picture, large letters and a price."""
    x1, y1, x2, y2 = box
    ground = style.accent if chance(rng, 0.5) else random_colour(rng, (0.1, 0.9), (0.4, 1.0))
    page[y1:y2, x1:x2] = ground
    ink: Colour = (245, 245, 245) if sum(ground) < 360 else (25, 25, 25)
    height = y2 - y1
    if chance(rng, 0.5):
        bottom = y1 + height // 2
        page[y1:bottom, x1:x2] = _printed_photo(rng, photos, (bottom - y1, x2 - x1), style)
    y = y1 + height // 2 + 4
    for _ in range(between(rng, 1, 3)):
        size = between(rng, style.text_px, max(style.text_px + 1, height // 5))
        write_line(rng, page, (x1 + 6, y, x2 - 6, min(y2, y + size)), style.script, ink, upper=True, weight=700)
        y += size
    if chance(rng, 0.5):
        cv2.rectangle(page, (x1, y1), (x2 - 1, y2 - 1), style.ink, between(rng, 1, 3))


def _grid_square(box: Box, cells: int) -> tuple[int, int, int]:
    """Return left, top and cell size of the largest grid of the count that fits the box."""
    x1, y1, x2, y2 = box
    cell = max(4, min(x2 - x1, y2 - y1) // cells)
    return x1 + (x2 - x1 - cell * cells) // 2, y1, cell


def _draw_crossword(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> None:
    """Draw a crossword grid with black squares and numbers, and its clues below."""
    cells = between(rng, 8, 17)
    left, top, cell = _grid_square(box, cells)
    black = rng.random((cells, cells)) < uniform(rng, 0.12, 0.4)
    black |= black[::-1, ::-1]
    mask = np.kron(black, np.ones((cell, cell), bool))
    region = page[top : top + cells * cell, left : left + cells * cell]
    region[:] = np.minimum(255, np.asarray(style.paper) + 10)
    region[mask[: region.shape[0], : region.shape[1]]] = style.ink
    region[::cell] = style.ink
    region[:, ::cell] = style.ink
    cv2.rectangle(page, (left, top), (left + cells * cell, top + cells * cell), style.ink, 2)
    if cell > 11:
        for index, (row, column) in enumerate(np.argwhere(~black)[::3]):
            write(page, str(index + 1), (left + int(column) * cell + 1, top + int(row) * cell + 6), style.ink, 5)
    _draw_columns(rng, page, (box[0], top + cells * cell + 8, box[2], box[3]), style)


def _draw_sudoku(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> None:
    """Draw a nine by nine number grid with thick lines every three cells."""
    left, top, cell = _grid_square(box, 9)
    end = cell * 9
    for line in range(10):
        thickness = 2 if line % 3 == 0 else 1
        cv2.line(page, (left + line * cell, top), (left + line * cell, top + end), style.ink, thickness)
        cv2.line(page, (left, top + line * cell), (left + end, top + line * cell), style.ink, thickness)
    for row, column in np.argwhere(rng.random((9, 9)) < 0.4):
        origin = (left + int(column) * cell + cell // 4, top + int(row + 1) * cell - cell // 5)
        write(page, str(between(rng, 1, 9)), origin, style.ink, max(5, int(cell * 0.7)))
    _draw_columns(rng, page, (box[0], top + end + 8, box[2], box[3]), style)


def _draw_classifieds(rng: np.random.Generator, page: Image, box: Box, style: _Style) -> None:
    """Draw small framed notices in a grid, some on a tint or inverted."""
    x1, y1, x2, y2 = box
    columns = max(1, (x2 - x1) // between(rng, 60, 110))
    width = (x2 - x1) // columns
    for column in range(columns):
        left, y = x1 + column * width, y1
        while y < y2 - 16:
            bottom = min(y2, y + between(rng, 18, 60))
            right = left + width - 4
            tint = rng.random()
            if tint < 0.3:
                page[y : bottom - 3, left:right] = random_colour(rng, (0.2, 0.9), (0.8, 1.0))
            inverted = tint > 0.9
            if inverted:
                page[y : bottom - 3, left:right] = style.ink
            cv2.rectangle(page, (left, y), (right, bottom - 3), style.ink, 1)
            ink = style.paper if inverted else style.ink
            inner = (left + 3, y + 2, right - 2, bottom - 4)
            write_column(rng, page, inner, style.script, style.text_px, ink, leading=style.leading)
            y = bottom
