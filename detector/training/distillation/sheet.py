"""A contact sheet of what the teacher labelled, so that a person can judge it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image
from detector.training.distillation.errors import UnreadablePictureError
from detector.training.distillation.labels import LabelledPool, PictureLabels
from detector.training.distillation.predictions import ReadPicture
from detector.training.synthesis.sheet import CARD_BGR, contact_sheet

UNSURE_BGR = (40, 160, 250)
PERSON_BGR = (250, 160, 60)
TILE_PX = 300
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def label_sheet(pool: Path, labels: LabelledPool, read: ReadPicture, count: int) -> Image:
    """Draw `count` pictures, evenly spread over the pool: cards in green with their score, unsure ones in orange.

    What a person corrected is blue. A picture that has gone is left out; where all have, the sheet is black.
    """
    indices = np.unique(np.linspace(0, len(labels) - 1, min(count, len(labels))).round().astype(int))
    tiles = [_tile(labels[int(index)], pool, read) for index in indices]
    drawn = [tile for tile in tiles if tile is not None]
    return contact_sheet(drawn or [np.zeros((TILE_PX, TILE_PX, 3), np.uint8)])


def _tile(labels: PictureLabels, pool: Path, read: Callable[[Path], Image]) -> Image | None:
    try:
        image = read(pool / labels.file)
    except UnreadablePictureError:
        return None
    scale = TILE_PX / max(image.shape[:2])
    size = [max(1, round(length * scale)) for length in image.shape[1::-1]]
    tile = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    for quad in labels.unsure:
        _outline(tile, quad * scale, UNSURE_BGR, "?")
    for card in labels.cards:
        words = "" if card.score is None else f"{card.score:.2f}"
        _outline(tile, card.quad * scale, CARD_BGR if labels.by == "teacher" else PERSON_BGR, words)
    return tile


def _outline(tile: Image, quad: NDArray[np.float64], colour: tuple[int, int, int], words: str) -> None:
    """The quad, with a dot on its first corner and the words in its middle."""
    points = np.clip(np.round(quad - 0.5), -10_000, 10_000).astype(np.int32)
    cv2.polylines(tile, [points], isClosed=True, color=colour, thickness=2, lineType=cv2.LINE_AA)
    cv2.circle(tile, (int(points[0, 0]), int(points[0, 1])), 4, colour, cv2.FILLED)
    x, y = np.clip(quad.mean(axis=0) - (14, -5), 2, TILE_PX - 30).astype(int)
    cv2.putText(tile, words, (int(x), int(y)), _FONT, 0.45, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(tile, words, (int(x), int(y)), _FONT, 0.45, colour, 1, cv2.LINE_AA)
