"""Which anchor is to find which card (Lin et al., RetinaNet, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


def box_iou(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of `first` (N, 4) with every box of `second` (M, 4); shape (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.prod(np.clip(high - low, 0, None), axis=-1)
    area_first = np.prod(first[:, 2:] - first[:, :2], axis=-1)
    area_second = np.prod(second[:, 2:] - second[:, :2], axis=-1)
    return np.asarray(intersection / (area_first[:, None] + area_second[None] - intersection))


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
        best_anchors = overlaps.argmax(axis=0)
        labels[best_anchors] = POSITIVE
        card_of_anchor[best_anchors] = np.arange(len(cards))
    return Matches(labels, card_of_anchor)
