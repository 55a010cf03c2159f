"""Card faces: one call draws a random identity card as it looks flat and upright.

No two are alike: format, layout, script, colours, ornament and wear are all drawn at random, because a detector
trained on faces of few kinds finds only cards of those kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import back, finish, front, ornament, text
from detector.training.synthesis.layout import Sheet
from detector.training.synthesis.palette import random_palette
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform

LONG_SIDE_PX = 512
CORNER_RADIUS_MM = 3.18
SIZES_MM = {"ID-1": (85.60, 53.98), "ID-2": (105.0, 74.0), "ID-3": (125.0, 88.0)}

_GREY_COPY_SHARE = 0.30
_ROUNDED_SHARE = 0.65
_BACK_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class CardFace:
    """One side of a card, upright.

    Attributes:
        image: BGRA uint8 (H, W, 4), the long side 512 px; alpha is 0 outside rounded corners.
        format: "ID-1", "ID-2" or "ID-3" (ISO/IEC 7810).
        side: "front" or "back".
    """

    image: NDArray[np.uint8]
    format: str
    side: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of document: its name, formats with odds, MRZ document code, and whether a state issues it."""

    name: str
    formats: tuple[tuple[str, float], ...]
    document_code: str
    official: bool


_KINDS: tuple[tuple[_Kind, float], ...] = (
    (_Kind("identity", (("ID-1", 0.85), ("ID-2", 0.15)), "I", True), 0.38),
    (_Kind("licence", (("ID-1", 1.0),), "D", True), 0.11),
    (_Kind("passport", (("ID-3", 1.0),), "P", True), 0.15),
    (_Kind("visa", (("ID-2", 0.5), ("ID-3", 0.5)), "V", True), 0.03),
    (_Kind("bank", (("ID-1", 1.0),), "I", False), 0.08),
    (_Kind("member", (("ID-1", 1.0),), "I", False), 0.12),
    (_Kind("badge", (("ID-1", 1.0),), "I", False), 0.26),
)


def draw_card_face(rng: np.random.Generator, photos: Sequence[NDArray[np.uint8]] = ()) -> CardFace:
    """Draws a random card face; equal generator states give equal faces.

    Args:
        rng: the source of all randomness.
        photos: BGR uint8 pictures; random crops of them serve as some of the portraits.

    Returns:
        The face, upright, with 512 px along its longer side.
    """
    as_copy = chance(rng, _GREY_COPY_SHARE)
    kind = pick_weighted(rng, _KINDS)
    if as_copy and not kind.official:
        kind = pick_weighted(rng, _KINDS)
    card_format = pick_weighted(rng, kind.formats)
    pages_only = kind.name in ("passport", "visa")
    side = "back" if not pages_only and chance(rng, _BACK_SHARE / 0.81) else "front"
    height, width = _size_px(card_format, upright=kind.name == "badge")
    palette = random_palette(rng, official=kind.official)
    if as_copy and palette.is_dark:
        palette = random_palette(rng, official=True)
    ground = ornament.draw_ground(rng, height, width, palette)
    if kind.official or chance(rng, 0.4):
        ornament.draw_security_print(rng, ground, palette)
    sheet = Sheet(rng, ground, palette, text.random_holder(rng, kind.document_code), photos)
    if side == "back":
        back.draw_back(sheet, official=kind.official and width > height)
    else:
        _draw_front(sheet, kind.name, card_format)
    return CardFace(_finish(rng, sheet.image, card_format, as_copy=as_copy), card_format, side)


def _size_px(card_format: str, *, upright: bool) -> tuple[int, int]:
    """Returns (height, width) in pixels."""
    width_mm, height_mm = SIZES_MM[card_format]
    short = round(LONG_SIDE_PX * height_mm / width_mm)
    return (LONG_SIDE_PX, short) if upright else (short, LONG_SIDE_PX)


def _draw_front(sheet: Sheet, kind: str, card_format: str) -> None:
    if kind == "bank":
        front.draw_bank_front(sheet)
    elif kind == "member":
        front.draw_member_front(sheet)
    elif kind == "badge":
        front.draw_badge_front(sheet)
    else:
        front.draw_state_front(sheet, kind, _mrz_form(sheet.rng, kind, card_format))


def _mrz_form(rng: np.random.Generator, kind: str, card_format: str) -> str | None:
    """Returns the machine-readable zone that a front of this kind carries, if any."""
    if kind == "passport":
        return "TD3"
    if kind == "visa":
        return "MRV-A" if card_format == "ID-3" else "MRV-B"
    if card_format == "ID-2":
        return "TD2" if chance(rng, 0.75) else None
    if kind == "identity" and chance(rng, 0.12):
        return pick(rng, ("TD1", "TD2"))
    return None


def _finish(
    rng: np.random.Generator, image: NDArray[np.uint8], card_format: str, *, as_copy: bool
) -> NDArray[np.uint8]:
    finish.wear(rng, image)
    if as_copy:
        return finish.cut(finish.grey_copy(rng, image), 0.0)
    if chance(rng, 0.07):
        finish.add_lamination_rim(rng, image)
    if not chance(rng, _ROUNDED_SHARE):
        return finish.cut(image, 0.0)
    px_per_mm = LONG_SIDE_PX / SIZES_MM[card_format][0]
    return finish.cut(image, CORNER_RADIUS_MM * px_per_mm * uniform(rng, 0.85, 1.15))
