"""From the finder's raw outputs to candidates, and the suppression of duplicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector.geometry import (
    MIN_TURN,
    FloatArray,
    bounding_box,
    box_iou,
    in_nearest_order,
    intersection_area,
    quad_area,
    quad_iou,
)
from detector.network.box_coder import decode_corners

CANDIDATE_SCORE = 0.08
# A card has about ten anchors; thirty cards are found on a table.
MAX_DECODED = 480
MAX_CANDIDATES = 48
DUPLICATE_IOU = 0.4
# Of two candidates that overlap by less than this, the one that the finder prefers is not always the better one: the
# aligner sees both.
SAME_CANDIDATE_IOU = 0.5
APART_BOX_IOU = 0.1
SAME_BOX_IOU = 0.8
PART_SHARE = 0.75
MIN_CANDIDATE_AREA_PX = 60.0
# Which quads have a say in a candidate's corners: box overlap with it, and score as a share of its own.
VOTING_BOX_IOU = 0.65
VOTING_SHARE = 0.3


def candidates(
    scores: NDArray[np.float32],
    corners: NDArray[np.float32],
    anchors: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The finder's candidates, best first, without duplicates.

    Args:
        scores: (A,), probabilities.
        corners: (A, 8), corner offsets.
        anchors: (A, 4), xyxy.

    Returns:
        Scores (N,) and quads (N, 4, 2) in input pixels, clockwise, from any corner; N at most MAX_CANDIDATES.
    """
    return merge(*decode(scores, corners, anchors))


def decode(
    scores: NDArray[np.float32], corners: NDArray[np.float32], anchors: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores (M,) and quads (M, 4, 2), in input pixels, of the best anchors that have a say, best first."""
    voting = np.flatnonzero(scores >= CANDIDATE_SCORE)
    best_first = voting[np.argsort(-scores[voting], kind="stable")][:MAX_DECODED]
    quads = decode_corners(corners[best_first], anchors[best_first]).astype(np.float64)
    sound = _are_sound(quads)
    return scores[best_first][sound].astype(np.float64), quads[sound]


def merge(
    scores: NDArray[np.float64], quads: NDArray[np.float64], least_score: float = CANDIDATE_SCORE
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The candidates among decoded quads of one look or several: best first, no duplicates, corners by vote."""
    best_first = np.argsort(-scores, kind="stable")
    scores, quads = scores[best_first], quads[best_first]
    likely = int(np.count_nonzero(scores >= least_score))
    boxes = bounding_box(quads)
    overlaps = box_iou(boxes[:likely], boxes)
    kept = _without_duplicates(quads[:likely], overlaps, SAME_CANDIDATE_IOU)[:MAX_CANDIDATES]
    voted = [_voted_corners(quads, scores, index, overlaps[index]) for index in kept]
    return scores[kept], np.array(voted, np.float64).reshape(-1, 4, 2)


def _are_sound(quads: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the quads (N, 4, 2) are convex, clockwise and large enough to be seen; shape (N,)."""
    sides = quads[:, [1, 2, 3, 0]] - quads
    following = sides[:, [1, 2, 3, 0]]
    turns = sides[..., 0] * following[..., 1] - sides[..., 1] * following[..., 0]
    # A convex quad's area is a quarter of its turns' sum.
    return np.asarray((turns > MIN_TURN).all(axis=1) & (turns.sum(axis=1) / 4 > MIN_CANDIDATE_AREA_PX))


def _voted_corners(
    quads: NDArray[np.float64], votes: NDArray[np.float64], index: int, overlaps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The mean of a quad and those that nearly agree with it, by their boxes' overlaps, weighted by their scores.

    Box voting (Gidaris and Komodakis, 2015), for corners: the neighbours' errors are largely their own.
    """
    voters = np.flatnonzero((overlaps > VOTING_BOX_IOU) & (votes > VOTING_SHARE * votes[index]))
    weights = votes[voters]
    alike, _ = in_nearest_order(quads[voters], quads[index])
    return np.asarray((weights @ alike.reshape(-1, 8)).reshape(4, 2) / weights.sum())


def suppress_duplicates(quads: FloatArray) -> list[int]:
    """Indices of the quads (N, 4, 2), best first, that overlap no better one by more than DUPLICATE_IOU.

    Quads, not boxes: the boxes of turned cards overlap although the cards don't. Boxes that hardly overlap, or nearly
    agree, save the slower comparison of quads.
    """
    if len(quads) < 2:
        return list(range(len(quads)))
    boxes = bounding_box(quads)
    return _without_duplicates(quads, box_iou(boxes, boxes), DUPLICATE_IOU)


def _without_duplicates(quads: FloatArray, box_overlaps: NDArray[np.float64], most_iou: float) -> list[int]:
    """Indices of the quads that overlap no better one by more; their boxes' overlaps are (N, at least N)."""
    rows: list[list[float]] = box_overlaps.tolist()
    kept: list[int] = []
    for index, row in enumerate(rows):
        if not any(_is_duplicate(row[better], quads[index], quads[better], most_iou) for better in kept):
            kept.append(index)
    return kept


def _is_duplicate(box_overlap: float, quad: FloatArray, better: FloatArray, most_iou: float) -> bool:
    if box_overlap < APART_BOX_IOU or box_overlap > SAME_BOX_IOU:
        return box_overlap > SAME_BOX_IOU
    return quad_iou(quad, better) > most_iou


def suppress_parts(quads: FloatArray) -> list[int]:
    """Indices of the quads (N, 4, 2), best first, that do not lie within a better one.

    Photographs, text boxes and halves of a card look much like cards themselves, but no card lies within another one.
    """
    kept: list[int] = []
    for index, quad in enumerate(quads):
        least = PART_SHARE * quad_area(quad)
        if not any(intersection_area(quad, quads[better]) > least for better in kept):
            kept.append(index)
    return kept
