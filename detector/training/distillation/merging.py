"""Merge what a teacher saw under several transforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.geometry import bounding_box, box_iou, in_nearest_order, is_convex_clockwise, quad_iou
from detector.postprocess import suppress_duplicates

# From this overlap on, two quads seen under different transforms are one card.
SAME_CARD_IOU = 0.5


class Look(NamedTuple):
    """What was seen under one transform: scores (N,) and quads (N, 4, 2), back in the picture, without duplicates."""

    scores: NDArray[np.float64]
    quads: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """One card as all looks together have it.

    Attributes:
        score: The mean of the looks' scores; a look that did not see it counts as 0.
        quad: The mean of their quads, weighted by their scores, (4, 2).
        agreeing: How many looks saw it.
    """

    score: float
    quad: NDArray[np.float64]
    agreeing: int


def merge_looks(looks: Sequence[Look]) -> list[Merged]:
    """The cards of a picture, best first, without duplicates.

    Weighted boxes fusion (Solovyev et al., 2021), for quads: best first, each quad joins the group whose best quad it
    overlaps most, by at least SAME_CARD_IOU, or begins one; a look has one say in a group.
    """
    scores = np.concatenate([look.scores for look in looks])
    quads = np.concatenate([look.quads.reshape(-1, 4, 2) for look in looks])
    of_look = np.repeat(np.arange(len(looks)), [len(look.scores) for look in looks])
    groups: list[_Group] = []
    box_overlaps = box_iou(bounding_box(quads), bounding_box(quads)) if len(quads) else np.zeros((0, 0))
    for index in np.argsort(-scores, kind="stable"):
        near = [group for group in groups if box_overlaps[group.best, index] > 0]
        overlaps = [quad_iou(quads[group.best], quads[index]) for group in near]
        if overlaps and max(overlaps) >= SAME_CARD_IOU:
            near[int(np.argmax(overlaps))].members.setdefault(int(of_look[index]), int(index))
        else:
            groups.append(_Group(int(index), {int(of_look[index]): int(index)}))
    merged = [_merged(scores[list(group.members.values())], quads[list(group.members.values())]) for group in groups]
    sound = [
        Merged(total / len(looks), quad, agreeing) for total, quad, agreeing in merged if is_convex_clockwise(quad)
    ]
    best_first = sorted(sound, key=lambda one: -one.score)
    return [best_first[index] for index in suppress_duplicates(np.array([one.quad for one in best_first]))]


@dataclass(slots=True)
class _Group:
    """Index of the best quad, and for each look that has a say the index of its quad."""

    best: int
    members: dict[int, int] = field(default_factory=dict)


def _merged(scores: NDArray[np.float64], quads: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], int]:
    """Sum of the scores, weighted mean of the quads, their number; the first is the best.

    A finder's quads start at any corner.
    """
    alike, _ = in_nearest_order(quads, quads[0])
    return float(scores.sum()), np.average(alike, axis=0, weights=scores), len(scores)
