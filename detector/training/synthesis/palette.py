"""Colour schemes of cards, from pastel guilloche to black bank cards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.training.synthesis.paint import Color, hsv, luminance, mix
from detector.training.synthesis.sampling import chance, pick_weighted, uniform


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one card.

    Attributes:
        mood: "pastel", "white", "muted", "saturated" or "black".
        grounds: two to four colours that the background runs through.
        accent: bands, emblems and large titles.
        ink: the printed values.
        label: the small field labels.
        line: guilloche lines, one colour or two.
    """

    mood: str
    grounds: tuple[Color, ...]
    accent: Color
    ink: Color
    label: Color
    line: tuple[Color, Color]

    @property
    def is_dark(self) -> bool:
        """Whether the ground is dark, so that text on it has to be light."""
        return luminance(self.grounds[0]) < 0.5


_OFFICIAL_MOODS = (("pastel", 0.62), ("white", 0.18), ("muted", 0.12), ("saturated", 0.06), ("black", 0.02))
_COMMERCIAL_MOODS = (("pastel", 0.15), ("white", 0.27), ("muted", 0.13), ("saturated", 0.31), ("black", 0.14))

# (saturation from, to, value from, to) of the ground
_GROUND_RANGES = {
    "pastel": (0.06, 0.30, 0.84, 0.98),
    "white": (0.00, 0.04, 0.93, 1.00),
    "muted": (0.15, 0.45, 0.55, 0.80),
    "saturated": (0.45, 0.95, 0.28, 0.80),
    "black": (0.00, 0.30, 0.04, 0.18),
}


def random_palette(rng: np.random.Generator, *, official: bool) -> Palette:
    """Returns a colour scheme, of the moods that state documents (`official`) or companies like."""
    mood = pick_weighted(rng, _OFFICIAL_MOODS if official else _COMMERCIAL_MOODS)
    hue = rng.random()
    spread = uniform(rng, 0.02, 0.5) if mood == "pastel" else uniform(rng, 0.0, 0.18)
    grounds = tuple(_ground(rng, mood, hue + spread * rng.uniform(-1, 1)) for _ in range(int(rng.integers(2, 5))))
    accent_hue = hue + (0.5 if chance(rng, 0.3) else uniform(rng, -0.08, 0.08))
    dark = luminance(grounds[0]) < 0.5
    if dark:
        ink = _metal(rng) if chance(rng, 0.4) else hsv(hue, uniform(rng, 0, 0.15), uniform(rng, 0.85, 1.0))
        accent = hsv(accent_hue, uniform(rng, 0.2, 0.8), uniform(rng, 0.7, 1.0))
    else:
        ink = hsv(hue, uniform(rng, 0, 0.5), uniform(rng, 0.02, 0.22))
        accent = hsv(accent_hue, uniform(rng, 0.5, 1.0), uniform(rng, 0.2, 0.65))
    label = mix(ink, accent if chance(rng, 0.6) else grounds[0], uniform(rng, 0.2, 0.6))
    lines = (_line(rng, hue, dark), _line(rng, hue + spread, dark))
    return Palette(mood, grounds, accent, ink, label, lines)


def _ground(rng: np.random.Generator, mood: str, hue: float) -> Color:
    low_saturation, high_saturation, low_value, high_value = _GROUND_RANGES[mood]
    return hsv(hue, uniform(rng, low_saturation, high_saturation), uniform(rng, low_value, high_value))


def _line(rng: np.random.Generator, hue: float, dark: bool) -> Color:
    shifted = hue + uniform(rng, -0.12, 0.12)
    if dark:
        return hsv(shifted, uniform(rng, 0.2, 0.7), uniform(rng, 0.4, 0.9))
    return hsv(shifted, uniform(rng, 0.25, 0.75), uniform(rng, 0.45, 0.85))


def _metal(rng: np.random.Generator) -> Color:
    hue, saturation = (0.13, 0.35) if chance(rng, 0.5) else (0.6, 0.04)
    return hsv(hue, saturation, uniform(rng, 0.72, 0.92))
