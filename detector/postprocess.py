"""From the finder's raw outputs to candidates, and the suppression of duplicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.geometry import FloatArray, bounding_box, box_iou, is_convex_clockwise, quad_area, quad_iou
from detector.network.box_coder import decode_corners

CANDIDATE_SCORE = 0.08
MAX_DECODED = 120
MAX_CANDIDATES = 24
DUPLICATE_IOU = 0.4
APART_BOX_IOU = 0.1
SAME_BOX_IOU = 0.8
MIN_CANDIDATE_AREA_PX = 60.0


def candidates(
    scores: NDArray[np.float32],
    corners: NDArray[np.float32],
    anchors: NDArray[np.float32],
    least_score: float = CANDIDATE_SCORE,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The finder's candidates, best first, without duplicates.

    Args:
        scores: (A,), probabilities.
        corners: (A, 8), corner offsets.
        anchors: (A, 4), xyxy.
        least_score: Of a candidate.

    Returns:
        Scores (N,) and quads (N, 4, 2) in input pixels, clockwise, from any corner; N at most MAX_CANDIDATES.
    """
    likely = np.flatnonzero(scores >= least_score)
    best_first = likely[np.argsort(-scores[likely], kind="stable")][:MAX_DECODED]
    quads = decode_corners(corners[best_first], anchors[best_first]).astype(np.float64)
    sound = [i for i, quad in enumerate(quads) if is_convex_clockwise(quad) and quad_area(quad) > MIN_CANDIDATE_AREA_PX]
    quads, kept_scores = quads[sound], scores[best_first][sound].astype(np.float64)
    kept = suppress_duplicates(quads)[:MAX_CANDIDATES]
    return kept_scores[kept], quads[kept]


def suppress_duplicates(quads: FloatArray) -> list[int]:
    """Indices of the quads (N, 4, 2), best first, that overlap no better one by more than DUPLICATE_IOU.

    Quads, not boxes: the boxes of turned cards overlap although the cards don't. Boxes that hardly overlap, or nearly
    agree, save the slower comparison of quads.
    """
    if not len(quads):
        return []
    boxes = bounding_box(quads)
    box_overlaps = box_iou(boxes, boxes)

    def is_duplicate(index: int, better: int) -> bool:
        overlap = box_overlaps[index, better]
        if overlap < APART_BOX_IOU or overlap > SAME_BOX_IOU:
            return bool(overlap > SAME_BOX_IOU)
        return quad_iou(quads[index], quads[better]) > DUPLICATE_IOU

    kept: list[int] = []
    for index in range(len(quads)):
        if not any(is_duplicate(index, better) for better in kept):
            kept.append(index)
    return kept
