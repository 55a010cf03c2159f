"""Rectangles that are no identity cards: the detector has to learn to leave them alone."""

from collections.abc import Sequence

import numpy as np

from detector.training.synthesis.devices import draw_device
from detector.training.synthesis.household import draw_household_object
from detector.training.synthesis.playing_card import draw_playing_card
from detector.training.synthesis.surface import Image
from detector.training.synthesis.trading_card import draw_trading_card


def draw_distractor(rng: np.random.Generator, photos: Sequence[Image] = ()) -> Image:
    """Draw one rectangular thing that is no identity card, flat and seen from above.

    Args:
        rng: Source of every choice.
        photos: BGR photographs to cut pictures from; without them the pictures are drawn.

    Returns:
        BGRA picture (H, W, 4) with its longer side about 512 pixels, alpha 0 outside the thing.
    """
    kind = rng.random()
    if kind < 0.32:
        return draw_playing_card(rng)
    if kind < 0.5:
        return draw_trading_card(rng, photos)
    if kind < 0.68:
        return draw_device(rng, photos)
    return draw_household_object(rng, photos)
