"""The true shape of a card that a picture shows tilted, and the format it is of.

A quad has eight numbers: six for where the card is and how it is turned, one for its aspect, one for the camera's focal
length. All can be solved for (Z. Zhang and L.-W. He, "Whiteboard scanning and image enhancement", Digital Signal
Processing 17, 2007), but the focal length comes out badly where the perspective is weak, and takes the aspect with it.
So no single focal length is believed. Each plausible one says how far from square the card's corners would be and what
its aspect would be; what corners of ordinary accuracy can explain is weighed, for each format, over all of them.

Over 6,000 simulated cards tilted by up to 45 degrees in any direction, with corners off by 0.3 % of the longest side,
this tells the formats apart in 98.2 %, and in 99.9 % where the file notes the focal length; with corners off by 0.85 %
in 89.7 % and 93.3 %. `tests/app/documents/test_card_shape.py` holds the simulation and all numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.documents.errors import OutlineError
from app.documents.formats import ID_1, ID_3, CardFormat
from detector.geometry import FloatArray, is_convex_clockwise, side_lengths

# ID-2 and ID-3 differ by 0.1 % in shape, which no photo tells apart. ID-3, the passport page, is by far the commoner.
_TOLD_BY_SHAPE = (ID_1, ID_3)

# Standard deviation of each coordinate of a corner, in lengths of the quad's longest side.
_CORNER_ERROR = 0.005

# Focal lengths in lengths of the picture's longer side. A phone's main camera has 0.7 to 0.85, its second one 1.0 to
# 1.6, a webcam of 55 to 80 degrees across 0.6 to 0.95; the spread is that of their logarithms.
_USUAL_FOCAL, _USUAL_SPREAD = 0.85, 0.3
_FOCALS = np.geomspace(0.4, 2.5, 41)
_FOCAL_WEIGHTS = np.exp(-0.5 * (np.log(_FOCALS / _USUAL_FOCAL) / _USUAL_SPREAD) ** 2)

# A focal length noted in the file is rounded to a millimetre, and wrong where the picture was cropped.
_NOTED_SPREAD = 0.04
_NOTED_RIGHT = 0.9
_FILM_DIAGONAL_MM = math.hypot(36, 24)
_NOTED_STEPS = np.linspace(-2, 2, 9)

_LONGEST = math.log(100)  # of aspects: where no focal length makes the sides square, the likeliest one has no bounds
_STEP = 1e-4  # of the finite differences, in lengths of the quad's longest side


@dataclass(frozen=True, slots=True)
class CardShape:
    """The shape of a card.

    Attributes:
        aspect: Width over height of the content as it stands; the most plausible one, whatever the formats.
        card_format: The likeliest format. Never ID-2, whose shape is that of ID-3.
    """

    aspect: float
    card_format: CardFormat

    @property
    def portrait(self) -> bool:
        """Whether the content stands on a short side."""
        return self.aspect < 1


def tell_shape(quad: FloatArray, picture_size_px: tuple[int, int], focal_35mm: float | None = None) -> CardShape:
    """Tell the shape of a card from its corners. Assumes square pixels, and the optical axis at the picture's centre.

    Args:
        quad: Corners in pixels, shape (4, 2), clockwise from the content's top-left; convex.
        picture_size_px: Width and height of the picture.
        focal_35mm: Focal length in millimetres as it would be on 35 mm film, where the picture's file notes it.

    Raises:
        OutlineError: the quad is not convex and clockwise.
    """
    if not is_convex_clockwise(quad):
        raise OutlineError
    longer = max(picture_size_px)
    centred = (np.asarray(quad, np.float64) - np.array(picture_size_px) / 2) / longer
    focals, weights = _focal_prior(focal_35mm, math.hypot(*picture_size_px) / longer)
    skew, log_aspect, covariance = _seen_by_each(centred, focals)

    var_skew, cov, var_aspect = covariance
    slope = cov / var_skew
    # Given the skew, which is zero in truth, the aspect is normal about `mean`.
    mean, variance = log_aspect - slope * skew, var_aspect - slope * cov
    log_weights = np.log(weights) - 0.5 * (skew**2 / var_skew + np.log(var_skew))
    evidence = [_log_evidence(log_weights, mean, variance, card) for card in _TOLD_BY_SHAPE]
    share = np.exp(log_weights - log_weights.max())
    log_mean = float(np.clip(float(share @ mean) / float(share.sum()), -_LONGEST, _LONGEST))
    return CardShape(math.exp(log_mean), _TOLD_BY_SHAPE[int(np.argmax(evidence))])


def _focal_prior(focal_35mm: float | None, diagonal: float) -> tuple[FloatArray, FloatArray]:
    """Focal lengths in lengths of the longer side, and their weights; `diagonal` is the picture's, in the same."""
    if not focal_35mm:
        return _FOCALS, _FOCAL_WEIGHTS
    noted = focal_35mm / _FILM_DIAGONAL_MM * diagonal
    near_weights = np.exp(-0.5 * _NOTED_STEPS**2)
    return (
        np.concatenate([_FOCALS, noted * np.exp(_NOTED_STEPS * _NOTED_SPREAD)]),
        np.concatenate(
            [
                _FOCAL_WEIGHTS * (1 - _NOTED_RIGHT) / _FOCAL_WEIGHTS.sum(),
                near_weights * _NOTED_RIGHT / near_weights.sum(),
            ]
        ),
    )


def _seen_by_each(
    centred: FloatArray, focals: FloatArray
) -> tuple[FloatArray, FloatArray, tuple[FloatArray, FloatArray, FloatArray]]:
    """For each focal length, the skew of the card's sides, the logarithm of its aspect, and their covariance.

    The skew is the cosine of the angle between the sides. The covariance (of the skew, of both, of the aspect) is that
    of the corners, carried over to first order.
    """
    unit = float(side_lengths(centred).max())
    nudges = np.eye(8).reshape(8, 4, 2) * _STEP * unit
    skews, log_aspects = _skew_and_aspect(np.concatenate([centred[None], centred + nudges, centred - nudges]), focals)
    by_skew, by_aspect = ((values[1:9] - values[9:]) / (2 * _STEP) * _CORNER_ERROR for values in (skews, log_aspects))
    return (
        skews[0],
        log_aspects[0],
        ((by_skew**2).sum(axis=0), (by_skew * by_aspect).sum(axis=0), (by_aspect**2).sum(axis=0)),
    )


def _skew_and_aspect(quads: NDArray[np.float64], focals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Skew and logarithm of the aspect of N quads for each of F focal lengths, both (N, F)."""
    points = np.concatenate([quads, np.ones((*quads.shape[:2], 1))], axis=2)
    top_left, top_right, bottom_right, bottom_left = np.moveaxis(points, 1, 0)
    diagonal = np.cross(top_left, bottom_right)
    along_top = _dot(diagonal, bottom_left) / _dot(np.cross(top_right, bottom_right), bottom_left)
    along_left = _dot(diagonal, top_right) / _dot(np.cross(bottom_left, bottom_right), top_right)
    across = along_top[:, None] * top_right - top_left
    down = along_left[:, None] * bottom_left - top_left
    width, height, both = (
        _dot(first[:, :2], second[:, :2])[:, None] / focals**2 + (first[:, 2] * second[:, 2])[:, None]
        for first, second in ((across, across), (down, down), (across, down))
    )
    return both / np.sqrt(width * height), 0.5 * np.log(width / height)


def _dot(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray((first * second).sum(axis=-1))


def _log_evidence(log_weights: FloatArray, mean: FloatArray, variance: FloatArray, card: CardFormat) -> float:
    """Logarithm of how well a format, lying or standing, explains the corners, but for what all formats share."""
    each = np.concatenate(
        [
            log_weights - 0.5 * ((mean - log_aspect) ** 2 / variance + np.log(variance))
            for log_aspect in (math.log(card.aspect), -math.log(card.aspect))
        ]
    )
    return float(np.logaddexp.reduce(each))
