"""Collectors' game cards: a coloured frame, a title bar, a picture, a text box."""

from collections.abc import Sequence

import cv2
import numpy as np

from detector.training.synthesis.lettering import choose_script, write, write_column, write_line
from detector.training.synthesis.surface import (
    Colour,
    Image,
    between,
    blended,
    chance,
    drawn_art,
    filled,
    fractal_noise,
    photo_crop,
    random_colour,
    rounded_mask,
    rounded_panel,
    scale_colour,
    shaded,
    uniform,
    with_alpha,
)

_HEIGHT_PX = 512


def draw_trading_card(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a trading card upright as BGRA with round corners (63 x 88 mm and the like)."""
    width = int(_HEIGHT_PX * uniform(rng, 0.66, 0.74))
    card = filled(_HEIGHT_PX, width, _border_colour(rng))
    kind = rng.random()
    if kind < 0.12:
        _draw_back(rng, card)
    elif kind < 0.3:
        _draw_full_art(rng, card, photos)
    else:
        _draw_framed(rng, card, photos)
    return with_alpha(card, rounded_mask(_HEIGHT_PX, width, uniform(rng, 0, 0.05) * _HEIGHT_PX))


def _border_colour(rng: np.random.Generator) -> Colour:
    kind = rng.random()
    if kind < 0.5:
        return (22, 20, 20)
    if kind < 0.65:
        return (235, 238, 238)
    if kind < 0.8:
        return (60, 205, 245)
    return random_colour(rng, (0.2, 1.0), (0.2, 0.9))


def _draw_framed(rng: np.random.Generator, card: Image, photos: Sequence[Image]) -> None:
    """Draw border, frame, title, picture, type line, rules text and a value in the corner."""
    height, width = card.shape[:2]
    border = int(width * uniform(rng, 0.03, 0.06))
    tone = random_colour(rng, (0.15, 0.9), (0.3, 0.9))
    frame = filled(height - 2 * border, width - 2 * border, tone)
    grain = np.float32(0.7) + np.float32(0.6) * fractal_noise(rng, frame.shape[0], frame.shape[1], 25, 3)
    card[border : height - border, border : width - border] = shaded(frame, grain)
    inner = border + int(width * uniform(rng, 0.015, 0.05))
    script, ink = choose_script(rng), (25, 25, 25)
    bar = int(height * uniform(rng, 0.05, 0.075))
    light = blended(filled(1, 1, tone), (255, 255, 255), np.full((1, 1), 0.6, np.float32))[0, 0].tolist()
    top = inner
    rounded_panel(card, (inner, top, width - inner, top + bar), light, 6)
    write_line(rng, card, (inner + 8, top + 3, width - inner - 70, top + bar - 2), script, ink, weight=600)
    for index in range(between(rng, 0, 4)):
        centre = (width - inner - 14 - index * bar, top + bar // 2)
        cv2.circle(card, centre, bar // 3, random_colour(rng, (0.2, 0.9), (0.6, 1)), -1, cv2.LINE_AA)
    top += bar + 4
    art_h = int(height * uniform(rng, 0.35, 0.5))
    art_w = width - 2 * inner - 8
    card[top : top + art_h, inner + 4 : inner + 4 + art_w] = photo_crop(rng, photos, art_h, art_w)
    cv2.rectangle(card, (inner + 4, top), (inner + 3 + art_w, top + art_h - 1), scale_colour(tone, 0.35), 2)
    top += art_h + 4
    rounded_panel(card, (inner, top, width - inner, top + bar - 4), light, 6)
    write_line(rng, card, (inner + 8, top + 3, width - inner - 40, top + bar - 6), script, ink, weight=500)
    top += bar
    _draw_rules(rng, card, (inner + 4, top, width - inner - 4, height - inner - 14), light, script)


def _draw_rules(
    rng: np.random.Generator, card: Image, box: tuple[int, int, int, int], ground: Sequence[int], script: str
) -> None:
    """Draw the text box and, over its corner, the strength."""
    x1, y1, x2, y2 = box
    card[y1:y2, x1:x2] = ground
    bottom = y1 + int((y2 - y1) * uniform(rng, 0.4, 1))
    write_column(
        rng, card, (x1 + 6, y1 + 5, x2 - 6, bottom), script, between(rng, 11, 15), (30, 30, 30), justified=False
    )
    if chance(rng, 0.6):
        rounded_panel(card, (x2 - 70, y2 - 22, x2 + 2, y2 + 8), scale_colour(ground, 0.85), 8)
        write(card, f"{between(rng, 0, 9)}/{between(rng, 1, 9)}", (x2 - 52, y2), (20, 20, 20), 22, "sans", 700)


def _draw_full_art(rng: np.random.Generator, card: Image, photos: Sequence[Image]) -> None:
    """Draw a picture over nearly all of the card, with a name bar, as sports and monster cards have."""
    height, width = card.shape[:2]
    border = int(width * uniform(rng, 0.03, 0.07))
    art_h, art_w = height - 2 * border, width - 2 * border
    card[border : height - border, border : width - border] = photo_crop(rng, photos, art_h, art_w)
    bar, script = between(rng, 30, 60), choose_script(rng)
    y = border + 6 if chance(rng, 0.4) else height - border - bar - 8
    colour = random_colour(rng, (0.2, 1.0), (0.2, 0.95))
    rounded_panel(card, (border, y, width - border, y + bar), colour, 4)
    ink: Colour = (245, 245, 245) if sum(colour) < 380 else (20, 20, 20)
    write_line(rng, card, (border + 14, y + 4, width - border - 30, y + bar - 4), script, ink, upper=True, weight=700)


def _draw_back(rng: np.random.Generator, card: Image) -> None:
    """Draw a back: cloudy art with an oval and a ball in the middle."""
    height, width = card.shape[:2]
    border = int(width * 0.06)
    art = drawn_art(rng, height - 2 * border, width - 2 * border)
    card[border : height - border, border : width - border] = art
    centre, tone = (width // 2, height // 2), random_colour(rng, (0.4, 1.0), (0.3, 0.8))
    cv2.ellipse(card, centre, (width // 3, int(height * 0.38)), 0, 0, 360, tone, -1, cv2.LINE_AA)
    cv2.ellipse(card, centre, (width // 3, int(height * 0.38)), 0, 0, 360, scale_colour(tone, 0.4), 6, cv2.LINE_AA)
    cv2.circle(card, centre, width // 7, random_colour(rng), -1, cv2.LINE_AA)
