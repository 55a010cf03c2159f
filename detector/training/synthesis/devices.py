"""Things with screens and keys: phones, tablets, monitors, keyboards, calculators, remote controls."""

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
    filled,
    linear_ramp,
    photo_crop,
    random_colour,
    rounded_mask,
    rounded_panel,
    scale_colour,
    shaded,
    uniform,
    vary_colour,
    with_alpha,
)

_LONG_SIDE_PX = 512


def draw_device(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a phone, tablet, monitor, keyboard, calculator or remote control as BGRA."""
    kind = rng.random()
    if kind < 0.4:
        return _draw_phone(rng, photos)
    if kind < 0.6:
        return _draw_tablet(rng, photos)
    if kind < 0.8:
        return _draw_keyboard(rng)
    return _draw_keypad(rng)


def _draw_phone(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a phone: its screen on or off, or its back with lenses."""
    height, width = _LONG_SIDE_PX, int(_LONG_SIDE_PX * uniform(rng, 0.46, 0.54))
    shell = (
        vary_colour(rng, [between(rng, 15, 60)] * 3, 8)
        if chance(rng, 0.6)
        else random_colour(rng, (0, 0.7), (0.2, 0.95))
    )
    phone = filled(height, width, shell)
    if chance(rng, 0.2):
        _draw_phone_back(rng, phone, shell)
    else:
        side, ends = between(rng, 6, 16), between(rng, 8, 56)
        screen_h, screen_w = height - 2 * ends, width - 2 * side
        phone[ends : ends + screen_h, side : side + screen_w] = _screen(rng, photos, screen_h, screen_w)
        if ends > 30 and chance(rng, 0.6):
            cv2.circle(phone, (width // 2, height - ends // 2), ends // 3, scale_colour(shell, 1.6), 2, cv2.LINE_AA)
    return with_alpha(phone, rounded_mask(height, width, width * uniform(rng, 0.06, 0.16)))


def _draw_phone_back(rng: np.random.Generator, phone: Image, shell: Colour) -> None:
    phone[:] = shaded(phone, linear_ramp(rng, phone.shape[0], phone.shape[1], 0.5))
    left, lenses = between(rng, 16, 30), between(rng, 1, 3)
    rounded_panel(phone, (left, 22, left + 62, 40 + lenses * 48), scale_colour(shell, 0.8), 18)
    for index in range(lenses):
        cv2.circle(phone, (left + 31, 54 + index * 46), 19, (25, 22, 22), -1, cv2.LINE_AA)
        cv2.circle(phone, (left + 31, 54 + index * 46), 8, (70, 50, 45), -1, cv2.LINE_AA)


def _draw_tablet(rng: np.random.Generator, photos: Sequence[Image]) -> Image:
    """Draw a tablet, monitor or picture viewer lying or standing on its side."""
    long, short = _LONG_SIDE_PX, int(_LONG_SIDE_PX * uniform(rng, 0.58, 0.78))
    height, width = (long, short) if chance(rng, 0.4) else (short, long)
    bezel = between(rng, 8, 36)
    tablet = filled(height, width, vary_colour(rng, [int(rng.choice([20, 35, 200, 240]))] * 3, 8))
    screen = _screen(rng, photos, height - 2 * bezel, width - 2 * bezel)
    tablet[bezel : height - bezel, bezel : width - bezel] = screen
    return with_alpha(tablet, rounded_mask(height, width, uniform(rng, 0, 0.06) * short))


def _screen(rng: np.random.Generator, photos: Sequence[Image], height: int, width: int) -> Image:
    """Return a screen (height, width, 3): off, a picture, a list of messages, an icon grid or a page of text."""
    kind = rng.random()
    if kind < 0.3:
        screen = filled(height, width, vary_colour(rng, [between(rng, 8, 45)] * 3, 6))
    elif kind < 0.5:
        screen = photo_crop(rng, photos, height, width)
    elif kind < 0.65:
        screen = _icon_grid(rng, photos, height, width)
    elif kind < 0.85:
        screen = _message_list(rng, photos, height, width)
    else:
        screen = filled(height, width, (245, 245, 245) if chance(rng, 0.7) else (35, 30, 30))
        ink: Colour = (60, 60, 60) if screen[0, 0, 0] > 100 else (200, 200, 200)
        write_column(rng, screen, (14, 30, width - 14, height - 20), choose_script(rng), between(rng, 8, 14), ink)
    if chance(rng, 0.35):
        glare = np.clip(linear_ramp(rng, height, width, 2.5) - 1.2, 0, 0.5)
        screen = blended(screen, (255, 255, 255), glare)
    return screen


def _icon_grid(rng: np.random.Generator, photos: Sequence[Image], height: int, width: int) -> Image:
    screen = photo_crop(rng, photos, height, width)
    cell = width // between(rng, 4, 6)
    icon = int(cell * 0.66)
    for y in range(cell // 2, height - cell, int(cell * 1.2)):
        for x in range(cell // 5, width - icon, cell):
            rounded_panel(screen, (x, y, x + icon, y + icon), random_colour(rng, (0.0, 1.0), (0.3, 1.0)), icon * 0.25)
    return screen


def _message_list(rng: np.random.Generator, photos: Sequence[Image], height: int, width: int) -> Image:
    """Return an app: a title bar over rows of a thumbnail with two lines, or of speech bubbles."""
    dark = chance(rng, 0.3)
    screen = filled(height, width, (35, 32, 30) if dark else (248, 248, 248))
    ink: Colour = (220, 220, 220) if dark else (60, 60, 60)
    script, bar, row = choose_script(rng), between(rng, 26, 50), between(rng, 40, 110)
    screen[:bar] = random_colour(rng, (0.3, 0.9), (0.4, 0.9))
    write_line(rng, screen, (12, bar // 4, width * 2 // 3, bar - 4), script, (250, 250, 250), weight=600)
    bubbles = chance(rng, 0.4)
    for y in range(bar + 6, height - row, row):
        if bubbles:
            left = 10 if chance(rng, 0.5) else width // 3
            box = (left, y, left + int(width * uniform(rng, 0.3, 0.6)), y + row - 8)
            rounded_panel(screen, box, random_colour(rng, (0.1, 0.6), (0.5, 0.95)), 10)
            write_column(rng, screen, (box[0] + 6, y + 3, box[2] - 6, box[3] - 4), script, 10, (30, 30, 30))
        else:
            side = min(row - 8, width // 3)
            screen[y : y + side, 8 : 8 + side] = photo_crop(rng, photos, side, side)
            write_column(rng, screen, (side + 18, y, width - 10, y + side), script, 11, ink, justified=False)
    return screen


def _draw_keyboard(rng: np.random.Generator) -> Image:
    """Draw a keyboard, or a laptop's lower half with its touch pad."""
    laptop = chance(rng, 0.4)
    height = between(rng, 300, 360) if laptop else between(rng, 150, 200)
    width = _LONG_SIDE_PX
    shell = vary_colour(rng, [int(rng.choice([30, 45, 120, 190, 230]))] * 3, 10)
    board = filled(height, width, shell)
    key_colour = (30, 30, 30) if chance(rng, 0.6) else scale_colour(shell, uniform(rng, 0.8, 1.2))
    ink: Colour = (220, 220, 220) if sum(key_colour) < 380 else (50, 50, 50)
    rows = between(rng, 4, 6)
    keys_h = height // 2 if laptop else height - 20
    pitch = keys_h // rows
    for row in range(rows):
        y, x = 10 + row * pitch, 10 + (row * 7) % 20
        while x < width - 12:
            key_w = min(
                int(pitch * float(rng.choice([1, 1, 1, 1, 1.5, 2.2, 5], p=[0.2] * 4 + [0.1, 0.06, 0.04]))),
                width - 10 - x,
            )
            cv2.rectangle(board, (x, y), (x + key_w - 4, y + pitch - 4), key_colour, -1)
            cv2.rectangle(board, (x, y), (x + key_w - 4, y + pitch - 4), scale_colour(shell, 0.6), 1)
            write(board, chr(between(rng, 65, 90)), (x + key_w // 4, y + pitch // 2), ink, max(6, pitch // 3))
            x += key_w
    if laptop:
        pad = (width // 3, height // 2 + 24, width * 2 // 3, height - 14)
        rounded_panel(board, pad, scale_colour(shell, uniform(rng, 0.75, 1.2)), 6)
    return with_alpha(board, rounded_mask(height, width, between(rng, 2, 16)))


def _draw_keypad(rng: np.random.Generator) -> Image:
    """Draw a calculator or a remote control: a display, or none, over a grid of keys."""
    calculator = chance(rng, 0.65)
    height = _LONG_SIDE_PX
    width = int(height * (uniform(rng, 0.5, 0.68) if calculator else uniform(rng, 0.2, 0.3)))
    shell = vary_colour(rng, [between(rng, 20, 235)] * 3, 12)
    body = filled(height, width, shell)
    top = between(rng, 14, 26)
    if calculator:
        glass = (between(rng, 110, 160), between(rng, 140, 175), between(rng, 130, 165))
        display_h = between(rng, 60, 110)
        cv2.rectangle(body, (16, top), (width - 16, top + display_h), glass, -1)
        digits = str(between(rng, 0, 99_999_999))
        write(body, digits, (width - 26 - len(digits) * 19, top + display_h - 16), (35, 40, 35), 30, "sans", 500)
        top += display_h
    columns = between(rng, 4, 5) if calculator else 3
    pitch_x = (width - 20) // columns
    pitch_y = int(pitch_x * uniform(rng, 0.75, 1.0))
    special = random_colour(rng, (0.4, 1.0), (0.4, 0.9))
    for row, y in enumerate(range(top + 18, height - pitch_y, pitch_y)):
        for column in range(columns):
            colour = (
                special if row == 0 or column == columns - 1 else scale_colour(shell, 0.7 if sum(shell) > 300 else 1.8)
            )
            x = 10 + column * pitch_x
            rounded_panel(
                body, (x + 4, y + 4, x + pitch_x - 4, y + pitch_y - 4), colour, pitch_y * uniform(rng, 0.1, 0.4)
            )
            write(
                body, str(between(rng, 0, 9)), (x + pitch_x // 3, y + pitch_y * 2 // 3), (245, 245, 245), pitch_y // 2
            )
    return with_alpha(body, rounded_mask(height, width, between(rng, 4, 40)))
