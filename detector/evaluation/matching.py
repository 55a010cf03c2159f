"""Which detection found which card, and how well: the geometry behind every number of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from detector.detection import Detection
from detector.geometry import (
    FloatArray,
    homography,
    orders_of_corners,
    rectangle_quad,
    side_lengths,
    transform_points,
)

FOUND_IOU = 0.5
"""A card is found, and a detection is not extra, from this intersection over union on."""

_RECTIFIED = rectangle_quad(1, 1)


@dataclass(frozen=True, slots=True)
class Match:
    """Detection `detection` (index) was matched to card `card` (index), with `iou` in the card's rectified frame."""

    card: int
    detection: int
    iou: float


def rectified_iou(truth: FloatArray, quad: FloatArray) -> float:
    """Intersection over union of `quad` and `truth` on the card itself: what share of the crop is right.

    Both quads, shape (4, 2), are mapped by the homography that takes `truth` to its rectangle, and the polygons are
    compared there, so that a pixel at the card's far end weighs as much as its true size. This is the measure of
    the SmartDoc challenge (Burie et al., ICDAR 2015, section IV). The rectangle's aspect cancels: stretching both
    polygons alike leaves the ratio of their areas as it is, so that the document's format need not be known.

    Returns:
        0 to 1; 0 for a quad that crosses itself, or that reaches the horizon of the card's plane, where its area has
        no bound.
    """
    matrix = homography(truth, _RECTIFIED)
    depth = np.asarray(quad, np.float64) @ matrix[2, :2] + matrix[2, 2]
    if np.any(depth <= 0):
        return 0.0
    card, found = Polygon(_RECTIFIED), Polygon(transform_points(matrix, quad))
    if not found.is_valid:
        return 0.0
    return float(card.intersection(found).area / card.union(found).area)


def corner_distances(truth: FloatArray, quad: FloatArray) -> NDArray[np.float64]:
    """Mean distance of the four corners in pixels, for each corner of `quad` as the first; shape (4,)."""
    orders = orders_of_corners(quad[None])[:, 0]
    return np.asarray(np.linalg.norm(orders - truth, axis=-1).mean(axis=-1), dtype=np.float64)


def corner_error(truth: FloatArray, quad: FloatArray) -> float:
    """Mean distance of the corners over the card's width, whichever corner `quad` starts with.

    The width is the mean length of the card's longer pair of opposite sides in the picture, in pixels.
    """
    sides = side_lengths(truth)
    width_px = max(sides[0] + sides[2], sides[1] + sides[3]) / 2
    return float(corner_distances(truth, quad).min() / width_px)


def starts_at_same_corner(truth: FloatArray, quad: FloatArray) -> bool:
    """Whether no other first corner would bring `quad` closer to `truth`: both start at the content's top-left."""
    return int(corner_distances(truth, quad).argmin()) == 0


def match_detections(truths: FloatArray, detections: Sequence[Detection]) -> list[Match]:
    """Match detections to cards, best score first; each takes the free card that it overlaps most.

    The first round takes pairs of at least `FOUND_IOU`. What is left is matched in a second round on any overlap, so
    that a half-found card counts with its overlap instead of 0, and no duplicate takes the card next to its own.

    Args:
        truths: The cards' quads, shape (N, 4, 2).
        detections: In any order.
    """
    ious = np.array([[rectified_iou(truth, detection.quad) for truth in truths] for detection in detections])
    best_first = sorted(range(len(detections)), key=lambda index: -detections[index].score)
    matches: dict[int, Match] = {}
    taken: set[int] = set()
    for least_iou in (FOUND_IOU, np.finfo(float).tiny):
        for index in best_first:
            free = [card for card in range(len(truths)) if card not in taken and ious[index, card] >= least_iou]
            if index not in matches and free:
                card = max(free, key=lambda candidate: ious[index, candidate])
                matches[index] = Match(card, index, float(ious[index, card]))
                taken.add(card)
    return list(matches.values())
