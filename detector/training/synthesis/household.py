"""Rectangles from desks and drawers: books, boxes, notes, tickets, frames, tiles, blocks, wallets, blank cards."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from detector.training.synthesis.lettering import choose_script, write, write_column, write_line, write_scrawl
from detector.training.synthesis.surface import (
    Colour,
    Image,
    between,
    blended,
    chance,
    drawn_art,
    filled,
    fractal_noise,
    hsv_colour,
    linear_ramp,
    paper_colour,
    photo_crop,
    random_colour,
    rounded_mask,
    scale_colour,
    shaded,
    smooth_noise,
    uniform,
    with_alpha,
)

_LONG_SIDE_PX = 512


def draw_household_object(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw one flat rectangular thing as BGRA."""
    kinds: list[tuple[float, Callable[[np.random.Generator, Sequence[Image]], Image]]] = [
        (0.18, _draw_book),
        (0.16, _draw_box),
        (0.10, _draw_note),
        (0.10, _draw_ticket),
        (0.12, _draw_plain_rectangle),
        (0.06, _draw_frame),
        (0.05, _draw_tile),
        (0.08, _draw_block),
        (0.06, _draw_wallet),
        (0.09, _draw_portrait_print),
    ]
    weights = np.array([weight for weight, _ in kinds])
    _, draw = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    return draw(rng, photos)


def _contrasting(ground: Sequence[int]) -> Colour:
    """Return near white on a dark ground, near black on a light one."""
    return (243, 243, 243) if sum(ground) < 380 else (25, 25, 25)


def _size(aspect: float) -> tuple[int, int]:
    """Return height and width of a thing whose width over height is `aspect`."""
    return (_LONG_SIDE_PX, int(_LONG_SIDE_PX * aspect)) if aspect < 1 else (int(_LONG_SIDE_PX / aspect), _LONG_SIDE_PX)


def _draw_book(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a book or game case: cover art, title, author, and the spine along the left."""
    height, width = _size(uniform(rng, 0.62, 0.82))
    ground = random_colour(rng, (0.0, 0.95), (0.1, 0.95))
    cover = filled(height, width, ground)
    script, ink = choose_script(rng), _contrasting(ground)
    art = rng.random()
    if art < 0.35:
        cover[:] = photo_crop(rng, photos, height, width)
    elif art < 0.8:
        margin, top = between(rng, 0, 60), between(rng, 90, 200)
        bottom = height - between(rng, 30, 120)
        art_w = width - 2 * margin
        picture = (
            photo_crop(rng, photos, bottom - top, art_w) if chance(rng, 0.6) else drawn_art(rng, bottom - top, art_w)
        )
        cover[top:bottom, margin : width - margin] = picture
    y = between(rng, 20, 60)
    for _ in range(between(rng, 1, 3)):
        size = between(rng, 24, 64)
        write_line(rng, cover, (40, y, width - 24, y + size), script, ink, upper=chance(rng, 0.5), weight=800)
        y += size + 4
    write_line(rng, cover, (40, height - 44, width // 2, height - 22), script, ink)
    spine = between(rng, 6, 26)
    cover[:, :spine] = cv2.convertScaleAbs(cover[:, :spine], alpha=uniform(rng, 0.5, 0.85))
    return with_alpha(cover, rounded_mask(height, width, between(rng, 0, 8)))


def _draw_box(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a product box: brand, bands of colour, a picture, small print, a bar code and a side seen at an angle."""
    aspect = uniform(rng, 0.35, 1.15) if chance(rng, 0.7) else uniform(rng, 2.0, 3.0)
    height, width = _size(aspect)
    ground = random_colour(rng, (0.0, 1.0), (0.3, 1.0))
    box = filled(height, width, ground)
    script = choose_script(rng)
    for _ in range(between(rng, 1, 3)):
        y, thick = between(rng, 0, height - 20), between(rng, 12, 130)
        box[y : y + thick] = random_colour(rng)
    if chance(rng, 0.6):
        art_h, art_w = between(rng, height // 4, height // 2), between(rng, width // 4, width // 2)
        y, x = between(rng, 0, height - art_h), between(rng, 0, width - art_w)
        box[y : y + art_h, x : x + art_w] = photo_crop(rng, photos, art_h, art_w)
    size, y = between(rng, 24, 72), between(rng, 0, height // 2)
    write_line(
        rng, box, (20, y, width - 10, y + size), script, _contrasting(box[y, 20].tolist()), upper=True, weight=900
    )
    write_column(
        rng, box, (20, height * 3 // 4, width // 2, height - 8), script, between(rng, 6, 11), _contrasting(ground)
    )
    if chance(rng, 0.4):
        bars = np.repeat(rng.random(40) < 0.5, 2)
        y, x = max(0, height - 70), max(0, width - 110)
        box[y : y + 56, x : x + 100] = 250
        box[y + 4 : y + 44, x + 10 : x + 90][:, bars] = 15
    side = between(rng, 0, 40)
    if side:
        box[:, :side] = cv2.convertScaleAbs(box[:, :side], alpha=uniform(rng, 0.4, 0.8))
    return with_alpha(box)


def _draw_note(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a sticky note or index card, blank or with a scrawl."""
    del photos
    height, width = _size(float(rng.choice([1.0, 1.0, 1.5, 0.7])))
    note = filled(height, width, hsv_colour(uniform(rng, 0, 1), uniform(rng, 0.25, 0.75), uniform(rng, 0.85, 1.0)))
    note = shaded(note, linear_ramp(rng, height, width, uniform(rng, 0, 0.3)))
    pen = (between(rng, 20, 150), between(rng, 10, 60), between(rng, 10, 60))
    for row in range(between(rng, 0, 5)):
        length, size = width * uniform(rng, 0.3, 0.8), uniform(rng, 20, 34)
        write_scrawl(rng, note, (35.0, 90.0 + row * 80), length, size, pen, between(rng, 2, 5))
    return with_alpha(note)


def _draw_ticket(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a ticket or voucher: large words, small print, a code, a stub behind a perforation, notches in the ends."""
    del photos
    height, width = _size(uniform(rng, 2.0, 3.4))
    ground = paper_colour(rng) if chance(rng, 0.5) else random_colour(rng, (0.2, 0.8), (0.5, 1.0))
    ticket, script, ink = filled(height, width, ground), choose_script(rng), _contrasting(ground)
    stub = int(width * uniform(rng, 0.7, 0.82))
    write_line(rng, ticket, (20, 14, stub - 20, 14 + height // 4), script, ink, upper=True, weight=800)
    write_column(
        rng, ticket, (20, height // 2, stub // 2, height - 12), script, between(rng, 8, 13), ink, justified=False
    )
    size = between(rng, 20, 50)
    write(ticket, f"{between(rng, 1, 99):02d}", (stub - 100, height - 20), ink, size, "sans", 700)
    for y in range(0, height, 12):
        cv2.line(ticket, (stub, y), (stub, y + 5), scale_colour(ground, 0.5), 2)
    bars = np.repeat(rng.random(height // 4) < 0.5, 3)[: height - 24]
    ticket[12 : 12 + len(bars), stub + 16 : width - 22][bars] = ink
    alpha = np.full((height, width), 255, np.uint8)
    if chance(rng, 0.5):
        for centre in ((0, height // 2), (width, height // 2)):
            cv2.circle(alpha, centre, height // 9, 0, -1, cv2.LINE_AA)
    return with_alpha(ticket, alpha)


def _draw_plain_rectangle(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a blank or one-coloured card or board, often of a bank card's size, with square or round corners."""
    del photos
    aspect = float(rng.choice([85.6 / 54, 1.75, 1.42])) if chance(rng, 0.55) else uniform(rng, 0.4, 2.5)
    height, width = _size(aspect)
    colour = paper_colour(rng) if chance(rng, 0.5) else random_colour(rng, (0.0, 1.0), (0.05, 1.0))
    board = shaded(filled(height, width, colour), linear_ramp(rng, height, width, uniform(rng, 0, 0.35)))
    if chance(rng, 0.2):
        x, y = between(rng, 20, width // 2), between(rng, 20, height // 2)
        write_line(rng, board, (x, y, width - 20, y + between(rng, 14, 50)), choose_script(rng), _contrasting(colour))
    if chance(rng, 0.15):
        cv2.rectangle(board, (10, 10), (width - 11, height - 11), scale_colour(colour, 0.6), between(rng, 1, 8))
    return with_alpha(
        board, rounded_mask(height, width, float(rng.choice([0, 0, 0.04, 0.06, 0.12])) * min(height, width))
    )


def _draw_frame(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a framed picture with a mount."""
    height, width = _size(float(rng.choice([0.7, 0.8, 1.0, 1.3])))
    wood = random_colour(rng, (0.0, 0.8), (0.1, 0.8))
    picture = filled(height, width, wood)
    frame, mount = between(rng, 14, 46), int(rng.choice([0, 20, 50]))
    cv2.rectangle(
        picture, (frame // 2, frame // 2), (width - frame // 2, height - frame // 2), scale_colour(wood, 1.4), 3
    )
    picture[frame : height - frame, frame : width - frame] = (238, 240, 242)
    edge = frame + mount
    picture[edge : height - edge, edge : width - edge] = photo_crop(rng, photos, height - 2 * edge, width - 2 * edge)
    return with_alpha(picture)


def _draw_tile(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw an ornamented ceramic tile or a coaster."""
    del photos
    size = 400
    ground = random_colour(rng, (0.0, 0.5), (0.5, 1.0))
    quarter = filled(size // 2, size // 2, ground)
    for _ in range(between(rng, 2, 6)):
        centre = (between(rng, 0, size // 2), between(rng, 0, size // 2))
        axes = (between(rng, 10, 110), between(rng, 10, 110))
        cv2.ellipse(quarter, centre, axes, 45, 0, 360, random_colour(rng), int(rng.choice([-1, 4, 10])), cv2.LINE_AA)
    half = np.concatenate([quarter, quarter[:, ::-1]], 1)
    tile = np.concatenate([half, half[::-1]], 0)
    return with_alpha(tile, rounded_mask(size, size, float(rng.choice([0, 8, 200]))))


def _draw_block(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a wooden or painted block: a top face and a darker side."""
    del photos
    height, width = _size(uniform(rng, 1.4, 4.5))
    colour = hsv_colour(uniform(rng, 0.05, 0.12), uniform(rng, 0.2, 0.7), uniform(rng, 0.5, 0.95))
    if chance(rng, 0.3):
        colour = random_colour(rng, (0.0, 0.9), (0.3, 1.0))
    grain = smooth_noise(rng, height, width, 140, uniform(rng, 2, 6)) * np.float32(uniform(rng, 0.1, 0.6))
    block = blended(filled(height, width, colour), scale_colour(colour, 0.6), grain)
    edge = int(height * uniform(rng, 0.5, 0.85))
    block[edge:] = cv2.convertScaleAbs(block[edge:], alpha=uniform(rng, 0.4, 0.8))
    if chance(rng, 0.5):
        block = np.ascontiguousarray(np.rot90(block))
    return with_alpha(block)


def _draw_wallet(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a wallet or card case: leather, a fold, a stitched rim, empty slots."""
    del photos
    height, width = _size(uniform(rng, 0.7, 1.8))
    leather = hsv_colour(uniform(rng, 0.0, 0.12), uniform(rng, 0.1, 0.9), uniform(rng, 0.08, 0.6))
    gain = np.float32(0.75) + np.float32(0.5) * fractal_noise(rng, height, width, 14, 3)
    wallet = shaded(filled(height, width, leather), gain)
    seam = scale_colour(leather, 2.0)
    for x in range(14, width - 14, 14):
        for y in (14, height - 14):
            cv2.line(wallet, (x, y), (x + 7, y), seam, 2, cv2.LINE_AA)
    if chance(rng, 0.6):
        wallet[:, width // 2 - 3 : width // 2 + 3] = scale_colour(leather, 0.4)
    for index in range(between(rng, 0, 4)):
        y = height // 4 + index * height // 6
        cv2.line(wallet, (24, y), (width // 2 - 20, y), scale_colour(leather, 0.4), 3, cv2.LINE_AA)
    return with_alpha(wallet, rounded_mask(height, width, between(rng, 10, 40)))


def _draw_portrait_print(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a lone portrait-shaped photograph, or a strip of them, with a white rim."""
    rim, count = between(rng, 0, 14), int(rng.choice([1, 1, 2, 4]))
    height = _LONG_SIDE_PX // count if count > 1 else _LONG_SIDE_PX
    width = int(height * uniform(rng, 0.7, 0.85))
    photo = photo_crop(rng, photos, height - 2 * rim, width - 2 * rim)
    framed = cv2.copyMakeBorder(photo, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=(245, 245, 245))
    return with_alpha(np.tile(np.asarray(framed, np.uint8), (count, 1, 1)))
