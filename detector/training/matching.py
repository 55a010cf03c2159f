"""Which anchor is to find which card (Lin et al., RetinaNet, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.geometry import box_iou

POSITIVE_IOU = 0.5
NEGATIVE_IOU = 0.4
POSITIVE, NEGATIVE, IGNORED = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Matches:
    """The anchors' part in one picture.

    Attributes:
        labels: POSITIVE, NEGATIVE or IGNORED for each anchor, int8, shape (A,).
        card_of_anchor: Index of the card that each anchor overlaps most, shape (A,); valid where positive.
    """

    labels: NDArray[np.int8]
    card_of_anchor: NDArray[np.int64]


def match_anchors(anchors: NDArray[np.float32], cards: NDArray[np.float64], hidden: NDArray[np.float64]) -> Matches:
    """Match anchors (A, 4) to the boxes of cards (N, 4).

    An anchor is positive from IoU 0.5, negative below 0.4; the best anchor of a card is always positive. Anchors on
    `hidden` boxes (M, 4) are neither, unless they are positive for a card.
    """
    labels = np.zeros(len(anchors), np.int8)
    card_of_anchor = np.zeros(len(anchors), np.int64)
    if len(hidden):
        labels[box_iou(anchors, hidden).max(axis=1) >= NEGATIVE_IOU] = IGNORED
    if len(cards):
        overlaps = box_iou(anchors, cards)
        card_of_anchor = overlaps.argmax(axis=1)
        best = overlaps.max(axis=1)
        labels[(best >= NEGATIVE_IOU) & (labels == NEGATIVE)] = IGNORED
        labels[best >= POSITIVE_IOU] = POSITIVE
        for card, anchor in enumerate(_best_anchors(overlaps)):
            labels[anchor], card_of_anchor[anchor] = POSITIVE, card
    return Matches(labels, card_of_anchor)


def _best_anchors(overlaps: NDArray[np.float64]) -> list[int]:
    """For each card (column) the anchor (row) that overlaps it most and is not a card's before it."""
    taken: list[int] = []
    for of_card in overlaps.T:
        free = of_card.copy()
        free[taken] = -1.0
        taken.append(int(free.argmax()))
    return taken
