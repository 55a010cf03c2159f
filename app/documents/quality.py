"""How good the picture of a card is, and what to do where it is not good enough.

The measures look at the card at one fixed fineness, so that they mean the same for a phone's picture and a webcam's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from app.documents.card_shape import tell_shape
from app.documents.formats import MM_PER_INCH, CardFormat
from app.documents.straighten import straighten
from detector.geometry import FloatArray, Image, side_lengths

_LOOK_DPI = 150.0
# Of 30 rendered cards blurred by a Gaussian of s mm, with and without sensor noise, 5 % / half / 95 % measured up to:
# sharp 0.21/0.25/0.31, 0.1 mm 0.25/0.30/0.37, 0.2 mm 0.30/0.42/0.50, 0.35 mm 0.45/0.62/0.69, 0.5 mm 0.63/0.75/0.80.
_MAX_BLUR = 0.45
_NOISE_SIGMA_PX = 0.7
_NOISE_LEVEL = 4.0
_BURNT_OUT = 250
_SMALLEST_GLARE_MM = 2.5
_MAX_GLARE_SHARE = 0.01
_MAX_OUTSIDE = 0.01  # of a side: less is within the accuracy of the corners
_MIN_DPI_SHARE = 0.6  # of the resolution it is saved at: below, the file promises detail that is not there


class QualityFlag(StrEnum):
    """What is wrong with the picture of a card."""

    BLURRED = "blurred"
    GLARE = "glare"
    CUT_OFF = "cut-off"
    TOO_SMALL = "too-small"
    UNSURE_UPRIGHT = "unsure-upright"


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of a card in a picture.

    Attributes:
        source_dpi: Pixels of the picture per inch of the card, along the side where there are fewest.
        blur: 0 (sharp) to 1, the measure of Crete et al. 2007.
        glare_share: Share of the card's area that a reflection has burnt out, 0 to 1.
        outside_share: How far the farthest corner lies outside the picture, in lengths of the card's longer side.
        flags: What is not good enough.
    """

    source_dpi: float
    blur: float
    glare_share: float
    outside_share: float
    flags: tuple[QualityFlag, ...]


def measure_quality(
    picture: Image,
    quad: FloatArray,
    dpi: float,
    card_format: CardFormat | None = None,
    *,
    upright: bool = True,
    focal_35mm: float | None = None,
) -> Quality:
    """Measure how well a card is seen.

    Args:
        picture: BGR uint8, shape (H, W, 3).
        quad: Corners in pixels of the picture, shape (4, 2), clockwise from the content's top-left.
        dpi: The resolution the card is to be saved at.
        card_format: The card's format; None tells it from the quad's shape.
        upright: Whether it is known which way is up.
        focal_35mm: Of the picture, where its file notes it; helps to tell the format.

    Raises:
        OutlineError: the quad is not convex and clockwise.
    """
    height, width = picture.shape[:2]
    shape = tell_shape(quad, (width, height), focal_35mm)
    card_format = card_format or shape.card_format
    look = straighten(picture, quad, card_format.size_px(_LOOK_DPI, portrait=shape.portrait))
    return judge_card(look, quad, (width, height), dpi, card_format, upright=upright)


def judge_card(
    flat: Image,
    quad: FloatArray,
    picture_size_px: tuple[int, int],
    dpi: float,
    card_format: CardFormat,
    *,
    upright: bool = True,
) -> Quality:
    """Measure how well a card is seen that is cut out and straight already; all else as in `measure_quality`.

    Args:
        flat: The straight card at 150 dpi or more, BGR uint8, with nothing drawn on it.
        quad: Its corners in the picture.
        picture_size_px: Width and height of the picture.
        dpi: The resolution the card is to be saved at.
        card_format: The format it was straightened to.
        upright: Whether it is known which way is up.
    """
    portrait = flat.shape[0] > flat.shape[1]
    look: Image = cv2.resize(  # type: ignore[assignment]  # OpenCV's stubs widen the type
        flat, card_format.size_px(_LOOK_DPI, portrait=portrait), interpolation=cv2.INTER_AREA
    )
    source_dpi = _source_dpi(quad, card_format.size_mm(portrait=portrait))
    blur, glare_share = blur_effect(look), _glare_share(look)
    outside_share = _outside_share(quad, picture_size_px)
    too_small = source_dpi < _MIN_DPI_SHARE * dpi
    wrong = {
        QualityFlag.CUT_OFF: outside_share > _MAX_OUTSIDE,
        QualityFlag.TOO_SMALL: too_small,
        # A card that is too small is blurred by that alone; moving closer is then the one thing to do.
        QualityFlag.BLURRED: blur > _MAX_BLUR and not too_small,
        QualityFlag.GLARE: glare_share > _MAX_GLARE_SHARE,
        QualityFlag.UNSURE_UPRIGHT: not upright,
    }
    return Quality(source_dpi, blur, glare_share, outside_share, tuple(flag for flag, is_so in wrong.items() if is_so))


def _source_dpi(quad: FloatArray, size_mm: tuple[float, float]) -> float:
    top, right, bottom, left = side_lengths(quad)
    per_mm = min((top + bottom) / 2 / size_mm[0], (left + right) / 2 / size_mm[1])
    return float(per_mm * MM_PER_INCH)


def blur_effect(card: Image) -> float:
    """How much of the fine contrast is missing in a card at 150 dpi, 0 (sharp) to 1.

    What a further blur takes away: much of a sharp picture's contrast between neighbours, little of a blurred one's.
    F. Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric",
    Proc. SPIE 6492 (2007); here behind a slight smoothing and without the smallest contrasts, which are noise.
    """
    grey = cv2.cvtColor(card, cv2.COLOR_BGR2GRAY).astype(np.float32)
    smooth = cv2.GaussianBlur(grey, (0, 0), _NOISE_SIGMA_PX).astype(np.float32)
    return max(_blur_along(smooth), _blur_along(np.ascontiguousarray(smooth.T)))


def _blur_along(grey: NDArray[np.float32]) -> float:
    blurred = cv2.blur(grey, (9, 1), borderType=cv2.BORDER_REPLICATE)
    before, after = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(blurred, axis=1))
    edges = before > _NOISE_LEVEL
    contrast = float(before[edges].sum())
    if contrast == 0:
        return 1.0
    return 1 - float(np.maximum(before - after, 0)[edges].sum()) / contrast


def _glare_share(card: Image) -> float:
    """Share of the card in burnt-out spots that fade into their surroundings, as reflections do and print does not."""
    spot_px = round(_SMALLEST_GLARE_MM / MM_PER_INCH * _LOOK_DPI)
    burnt_out = cv2.inRange(card, (_BURNT_OUT,) * 3, (255,) * 3)
    core = cv2.morphologyEx(burnt_out, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (spot_px, spot_px)))
    if not core.any():
        return 0.0
    count, labels = cv2.connectedComponents(core)
    ground = float(np.median(card))
    return sum(
        float((labels == spot).mean()) for spot in range(1, count) if _fades(card, np.asarray(labels == spot), ground)
    )


def _fades(card: Image, spot: NDArray[np.bool_], ground: float) -> bool:
    """Whether what surrounds a spot is brighter than the card usually is, and not as white as the spot."""
    inner = cv2.dilate(spot.astype(np.uint8), np.ones((5, 5), np.uint8))
    ring = cv2.dilate(inner, np.ones((5, 5), np.uint8)) - inner
    if not ring.any():
        return False
    around = float(np.mean(card[ring.astype(bool)]))
    return ground < _BURNT_OUT and around > (ground + _BURNT_OUT) / 2


def _outside_share(quad: FloatArray, size_px: tuple[int, int]) -> float:
    beyond = np.maximum(-np.asarray(quad, np.float64), np.asarray(quad, np.float64) - size_px)
    return max(0.0, float(beyond.max())) / float(side_lengths(quad).max())
