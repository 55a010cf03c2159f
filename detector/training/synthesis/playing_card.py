"""Playing cards: number cards with pips, court cards, jokers and patterned backs."""

from functools import cache

import cv2
import numpy as np

from detector.training.synthesis.lettering import write
from detector.training.synthesis.surface import (
    Colour,
    Field,
    Image,
    between,
    blended,
    chance,
    coverage,
    filled,
    random_colour,
    resized,
    rounded_mask,
    scale_colour,
    uniform,
    vary_colour,
    with_alpha,
)

_HEIGHT_PX = 512
_SUITS = ("spade", "heart", "diamond", "club")
_RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
_COLUMNS = {"left": 0.3, "middle": 0.5, "right": 0.7}
_PIP_LAYOUTS: dict[str, tuple[tuple[str, tuple[float, ...]], ...]] = {
    "2": (("middle", (0.17, 0.83)),),
    "3": (("middle", (0.17, 0.5, 0.83)),),
    "4": (("left", (0.17, 0.83)), ("right", (0.17, 0.83))),
    "5": (("left", (0.17, 0.83)), ("right", (0.17, 0.83)), ("middle", (0.5,))),
    "6": (("left", (0.17, 0.5, 0.83)), ("right", (0.17, 0.5, 0.83))),
    "7": (("left", (0.17, 0.5, 0.83)), ("right", (0.17, 0.5, 0.83)), ("middle", (0.33,))),
    "8": (("left", (0.17, 0.5, 0.83)), ("right", (0.17, 0.5, 0.83)), ("middle", (0.33, 0.67))),
    "9": (("left", (0.17, 0.39, 0.61, 0.83)), ("right", (0.17, 0.39, 0.61, 0.83)), ("middle", (0.5,))),
    "10": (("left", (0.17, 0.39, 0.61, 0.83)), ("right", (0.17, 0.39, 0.61, 0.83)), ("middle", (0.28, 0.72))),
}


def draw_playing_card(rng: np.random.Generator) -> Image:
    """Draw one playing card upright as BGRA with round corners, of poker (63 x 88 mm) or bridge (57 x 88 mm) size."""
    width = int(_HEIGHT_PX * (63 if chance(rng, 0.7) else 57) / 88)
    card = filled(_HEIGHT_PX, width, vary_colour(rng, [between(rng, 228, 252)] * 3, 4))
    kind = rng.random()
    if kind < 0.14:
        _draw_back(rng, card)
    elif kind < 0.19:
        _draw_joker(rng, card)
    else:
        _draw_face(rng, card)
    alpha = rounded_mask(_HEIGHT_PX, width, _HEIGHT_PX * uniform(rng, 0.035, 0.05))
    return with_alpha(card, alpha)


@cache
def _suit_mask(suit: str, size_px: int) -> Field:
    """Return the suit's symbol as a (size_px, size_px) coverage in [0, 1]."""
    canvas = np.zeros((256, 256), np.uint8)
    if suit == "diamond":
        cv2.fillPoly(canvas, [np.array([[128, 4], [214, 128], [128, 252], [42, 128]], np.int32)], 255)
    elif suit == "club":
        for centre in ((128, 66), (68, 146), (188, 146)):
            cv2.circle(canvas, centre, 58, 255, -1)
        cv2.fillPoly(canvas, [np.array([[128, 100], [166, 250], [90, 250]], np.int32)], 255)
    else:
        turn = np.linspace(0, 2 * np.pi, 80)
        xs = 128 + 7.4 * 16 * np.sin(turn) ** 3
        ys = 112 - 7.4 * (13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn))
        heart = np.stack([xs, ys], 1)
        if suit == "spade":
            heart[:, 1] = 218 - heart[:, 1] * 0.86
            cv2.fillPoly(canvas, [np.array([[128, 120], [166, 252], [90, 252]], np.int32)], 255)
        cv2.fillPoly(canvas, [heart.astype(np.int32)], 255)
    return coverage(resized(canvas, size_px, size_px))


def _stamp(card: Image, suit: str, centre: tuple[float, float], size_px: int, ink: Colour, upside_down: bool) -> None:
    """Print one suit symbol centred at (x, y), all of it inside the card."""
    mask = _suit_mask(suit, size_px)
    if upside_down:
        mask = mask[::-1]
    x, y = int(centre[0] - size_px / 2), int(centre[1] - size_px / 2)
    region = card[y : y + size_px, x : x + size_px]
    region[:] = blended(region, ink, mask)


def _draw_face(rng: np.random.Generator, card: Image) -> None:
    """Draw a rank of a suit: indices in two corners, and pips, one big ace or a court picture between them."""
    suit = _SUITS[between(rng, 0, 3)]
    rank = _RANKS[int(rng.choice(13, p=[0.08] + [0.06] * 9 + [0.38 / 3] * 3))]
    red = (between(rng, 20, 60), between(rng, 20, 50), between(rng, 170, 225))
    ink: Colour = red if suit in ("heart", "diamond") else (25, 25, 25)
    height, width = card.shape[:2]
    if rank == "A":
        size = int(width * uniform(rng, 0.25, 0.6))
        _stamp(card, suit, (width / 2, height / 2), size, ink, False)
        if chance(rng, 0.3):
            _stamp(card, suit, (width / 2, height / 2), size // 2, scale_colour(ink, 1.4), False)
    elif rank in _PIP_LAYOUTS:
        size = int(width * uniform(rng, 0.17, 0.22))
        for column, rows in _PIP_LAYOUTS[rank]:
            for row in rows:
                _stamp(card, suit, (width * _COLUMNS[column], height * row), size, ink, row > 0.5)
    else:
        _draw_court(rng, card, suit, ink)
    _draw_indices(rng, card, rank, suit, ink)


def _draw_indices(rng: np.random.Generator, card: Image, rank: str, suit: str, ink: Colour) -> None:
    """Print rank and suit into the upper left corner and, turned, the lower right."""
    size = int(card.shape[1] * uniform(rng, 0.12, 0.2))
    for _ in range(2):
        x = int(card.shape[1] * (0.03 if rank == "10" else 0.05))
        write(card, rank, (x, int(size * 1.15)), ink, size, "sans", 600)
        symbol = max(10, int(size * 0.75))
        _stamp(card, suit, (card.shape[1] * 0.08 + 4, size * 1.3 + symbol * 0.6), symbol, ink, False)
        card[:] = card[::-1, ::-1].copy()


def _draw_court(rng: np.random.Generator, card: Image, suit: str, ink: Colour) -> None:
    """Draw a king, queen or jack: a framed figure to the waist, and the same upside down below."""
    height, width = card.shape[:2]
    left, top = int(width * 0.16), int(height * 0.075)
    panel_w, panel_h = width - 2 * left, height // 2 - top
    half = filled(panel_h, panel_w, card[height // 2, 2].tolist())
    palette: list[Colour] = [(40, 40, 200), (40, 190, 235), (150, 70, 30), (25, 25, 25), (235, 235, 235)]
    palette = [vary_colour(rng, colour, 20) for colour in palette]
    _draw_robe(rng, half, palette)
    _draw_head(rng, half, palette)
    _stamp(half, suit, (panel_w * 0.16, panel_h * 0.13), int(panel_w * 0.22), ink, False)
    card[top : top + panel_h, left : left + panel_w] = half
    bottom = height - top - panel_h
    card[bottom : bottom + panel_h, left : left + panel_w] = half[::-1, ::-1]
    frame = palette[2] if chance(rng, 0.6) else palette[3]
    cv2.rectangle(card, (left, top), (left + panel_w, height - top), frame, 2)


def _draw_robe(rng: np.random.Generator, half: Image, palette: list[Colour]) -> None:
    """Fill the lower part of the half figure with slanting bands, panels and dots of the pack's colours."""
    height, width = half.shape[:2]
    shoulder = int(height * uniform(rng, 0.5, 0.6))
    left, right = (width * 0.06, shoulder + 20), (width * 0.94, shoulder + 20)
    body = np.array([(0, height), left, (width * 0.5, shoulder - 12), right, (width, height)], np.int32)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [body], 255)
    pattern = filled(height, width, palette[between(rng, 0, 2)])
    step, slant = between(rng, 14, 40), uniform(rng, -1.2, 1.2)
    for index, x in enumerate(range(-width, 2 * width, step)):
        start, end = (x, shoulder - 20), (int(x + slant * height), height)
        cv2.line(pattern, start, end, palette[index % len(palette)], between(rng, 2, step // 2), cv2.LINE_AA)
    for y in range(shoulder, height, between(rng, 14, 30)):
        for x in range(4, width, 22):
            cv2.circle(pattern, (x, y), 4, palette[(x + y) % len(palette)], -1, cv2.LINE_AA)
    centre = np.array([[width * 0.38, height], [width * 0.5, shoulder], [width * 0.62, height]], np.int32)
    cv2.fillPoly(pattern, [centre], palette[between(rng, 0, 4)], cv2.LINE_AA)
    half[mask > 0] = pattern[mask > 0]
    cv2.polylines(half, [body], False, palette[3], 2, cv2.LINE_AA)


def _draw_head(rng: np.random.Generator, half: Image, palette: list[Colour]) -> None:
    """Draw hair, face, crown and something held in the hand."""
    height, width = half.shape[:2]
    x, y = int(width * uniform(rng, 0.45, 0.6)), int(height * 0.4)
    face_w, face_h = int(width * 0.13), int(height * 0.15)
    hair = palette[1] if chance(rng, 0.6) else palette[3]
    cv2.ellipse(half, (x, y + 6), (int(face_w * 1.6), int(face_h * 1.25)), 0, 0, 360, hair, -1, cv2.LINE_AA)
    cv2.ellipse(half, (x, y), (face_w, face_h), 0, 0, 360, (222, 232, 245), -1, cv2.LINE_AA)
    cv2.ellipse(half, (x, y), (face_w, face_h), 0, 0, 360, palette[3], 2, cv2.LINE_AA)
    for eye in (-0.4, 0.4):
        cv2.circle(half, (x + int(eye * face_w), y - 6), 3, palette[3], -1, cv2.LINE_AA)
    cv2.line(half, (x, y - 4), (x - 5, y + 10), palette[3], 1, cv2.LINE_AA)
    cv2.ellipse(half, (x, y + face_h // 2), (8, 3), 0, 0, 360, palette[0], -1, cv2.LINE_AA)
    crown_y = y - face_h + 6
    xs = np.linspace(x - face_w * 1.5, x + face_w * 1.5, 7)
    ys = np.where(np.arange(7) % 2, crown_y - 14, crown_y - 44)
    crown = np.concatenate([np.stack([xs, ys], 1), [[x + face_w * 1.3, crown_y], [x - face_w * 1.3, crown_y]]])
    cv2.fillPoly(half, [crown.astype(np.int32)], palette[between(rng, 0, 2)], cv2.LINE_AA)
    cv2.polylines(half, [crown.astype(np.int32)], True, palette[3], 2, cv2.LINE_AA)
    staff = int(width * uniform(rng, 0.78, 0.9))
    cv2.line(half, (staff, 14), (staff - 8, height), palette[1], between(rng, 4, 11), cv2.LINE_AA)


def _draw_joker(rng: np.random.Generator, card: Image) -> None:
    """Draw a figure of coloured patches with the word down both sides."""
    height, width = card.shape[:2]
    for _ in range(between(rng, 8, 18)):
        patch = rng.normal((width / 2, height / 2), (width * 0.13, height * 0.16), (between(rng, 3, 5), 2))
        cv2.fillPoly(card, [patch.astype(np.int32)], random_colour(rng, (0.3, 1.0), (0.3, 1.0)), cv2.LINE_AA)
    cv2.circle(card, (width // 2, height // 3), width // 9, (200, 220, 240), -1, cv2.LINE_AA)
    for _ in range(2):
        for row, letter in enumerate("JOKER"):
            write(card, letter, (14, 42 + row * 32), (30, 30, 30), 28, "sans", 700)
        card[:] = card[::-1, ::-1].copy()


def _draw_back(rng: np.random.Generator, card: Image) -> None:
    """Draw a back: a lattice, rings or waves in one colour inside a white border."""
    height, width = card.shape[:2]
    border = int(width * uniform(rng, 0.03, 0.09))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = np.abs(xs - width / 2), np.abs(ys - height / 2)
    pitch = np.float32(2 * np.pi / uniform(rng, 10, 45))
    kind = rng.random()
    if kind < 0.4:
        field = np.cos((xs + ys) * pitch) * np.cos((xs - ys) * pitch)
    elif kind < 0.7:
        field = np.cos(np.hypot(xs, ys) * pitch) + np.cos(xs * pitch) * np.cos(ys * pitch)
    else:
        field = np.cos(xs * pitch + 2 * np.sin(ys * pitch / 2)) + np.float32(0.5) * np.cos(ys * pitch)
    weight = (np.clip(field * uniform(rng, 1, 6), -1, 1) * 0.5 + 0.5).astype(np.float32)
    hue = random_colour(rng, (0.5, 1.0), (0.25, 0.85))
    pattern = blended(filled(height, width, hue), (240, 240, 240), weight * np.float32(uniform(rng, 0.3, 1)))
    card[border : height - border, border : width - border] = pattern[border : height - border, border : width - border]
    if chance(rng, 0.6):
        radius = int(width * uniform(rng, 0.1, 0.28))
        cv2.circle(card, (width // 2, height // 2), radius, hue, -1, cv2.LINE_AA)
        cv2.circle(card, (width // 2, height // 2), radius, (240, 240, 240), 4, cv2.LINE_AA)
