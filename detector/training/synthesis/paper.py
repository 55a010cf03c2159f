"""Empty sheets and the inks written on them."""

import numpy as np

from detector.training.synthesis.surface import Colour, Image, between, filled, paper_colour

_LONG_SIDE_PX = 512


def blank_sheet(rng: np.random.Generator, aspect: float, colour: Colour | None = None) -> Image:
    """Return an empty sheet whose width over height is `aspect`."""
    height = _LONG_SIDE_PX if aspect < 1 else int(_LONG_SIDE_PX / aspect)
    width = int(_LONG_SIDE_PX * aspect) if aspect < 1 else _LONG_SIDE_PX
    return filled(height, width, colour or paper_colour(rng))


def ink_colour(rng: np.random.Generator) -> Colour:
    """Return the colour of print or pen: mostly near black, sometimes blue or red."""
    kind = rng.random()
    if kind < 0.7:
        grey = between(rng, 10, 80)
        return grey, grey, grey
    if kind < 0.92:
        return between(rng, 100, 190), between(rng, 20, 80), between(rng, 10, 60)
    return between(rng, 20, 70), between(rng, 20, 60), between(rng, 140, 210)
