"""What the detector returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One identity card, in pixels of the picture it was found in.

    Attributes:
        score: How sure the detector is that this is an identity card, 0 to 1.
        box: The xyxy box around the quad, float64, shape (4,).
        quad: The four corners, float64, shape (4, 2), clockwise in the picture, from the content's top-left; where
            `rotation` is None, from the likeliest one.
        rotation: How far the content is turned clockwise in the picture, to the nearest quarter: 0, 90, 180, 270
            degrees, or None where unsure.
    """

    score: float
    box: NDArray[np.float64]
    quad: NDArray[np.float64]
    rotation: int | None
