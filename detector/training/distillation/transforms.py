"""The transforms under which a teacher looks at a picture, and the way back for the quads that it sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.metrics import turn_quads
from detector.geometry import FloatArray, Image

# The corners of a mirrored quad in the order that makes it clockwise again.
MIRRORED_ORDER = (0, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Transform:
    """One look: the picture mirrored or not, then turned, then brought to a size.

    Attributes:
        side_px: Longer side of the finder's input.
        mirrored: Whether left and right are exchanged.
        quarter_turns: Quarter turns counter-clockwise, 0 to 3.
    """

    side_px: int
    mirrored: bool = False
    quarter_turns: int = 0

    def apply(self, image: Image) -> Image:
        """The picture mirrored and turned; its size is left to the finder's letterbox."""
        mirrored = image[:, ::-1] if self.mirrored else image
        return np.ascontiguousarray(np.rot90(mirrored, self.quarter_turns))

    def back(self, quads: FloatArray, width_px: int, height_px: int) -> NDArray[np.float64]:
        """Quads (N, 4, 2) of the transformed picture in the picture itself, of this size, and clockwise there."""
        turned_width, turned_height = (width_px, height_px) if self.quarter_turns % 2 == 0 else (height_px, width_px)
        quads = turn_quads(quads, -self.quarter_turns, turned_width, turned_height)
        if not self.mirrored:
            return quads
        quads[..., 0] = width_px - quads[..., 0]
        return quads[:, MIRRORED_ORDER]


def variations(sides_px: Sequence[int], quarter_turns: Sequence[int], *, mirrored: bool) -> tuple[Transform, ...]:
    """The picture as it is at the first size, and each variation of that alone: mirrored, turned, at the other sizes.

    All combinations would cost many times as much; what one variation shows, most combinations with it show, too.
    """
    first, *others = dict.fromkeys(sides_px)
    turned = [Transform(first, quarter_turns=turns) for turns in dict.fromkeys(quarter_turns) if turns % 4]
    return (
        Transform(first),
        *([Transform(first, mirrored=True)] if mirrored else []),
        *turned,
        *(Transform(side) for side in others),
    )
