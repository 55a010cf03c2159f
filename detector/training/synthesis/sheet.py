"""Contact sheets of what the networks learn from, with the labels drawn in, so that a person can judge them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from detector.geometry import FloatArray, Image
from detector.training.aligner_data import CARD, NO_CARD, View
from detector.training.synthesis.scene import Scene

CARD_BGR = (70, 220, 70)
HIDDEN_BGR = (220, 70, 220)
RECTANGLE_BGR = (60, 60, 230)
GAP_PX = 4


def draw_scene_labels(image: Image, scene: Scene) -> Image:
    """The picture with cards in green, cards too far hidden in violet, and other rectangles in red."""
    labelled = image.copy()
    for quads, colour in (
        (scene.rectangles, RECTANGLE_BGR),
        (scene.hidden_cards, HIDDEN_BGR),
        (scene.cards, CARD_BGR),
    ):
        for quad in quads:
            _outline(labelled, quad, colour)
    return labelled


def draw_view_labels(view: View) -> Image:
    """The view framed in green, red or violet (card, no card, undecided); the dot is the content's top-left corner."""
    labelled = view.image.copy()
    height, width = labelled.shape[:2]
    colour = {CARD: CARD_BGR, NO_CARD: RECTANGLE_BGR}.get(view.card, HIDDEN_BGR)
    cv2.rectangle(labelled, (0, 0), (width - 1, height - 1), colour, 2)
    if view.card == CARD:
        _outline(labelled, np.roll(view.corners, -view.rotation, axis=0), colour)
    return labelled


def contact_sheet(pictures: Sequence[Image]) -> Image:
    """Pictures in a grid of cells as large as the largest of them."""
    columns = math.ceil(math.sqrt(len(pictures)))
    cell_height = max(picture.shape[0] for picture in pictures) + GAP_PX
    cell_width = max(picture.shape[1] for picture in pictures) + GAP_PX
    sheet = np.full((math.ceil(len(pictures) / columns) * cell_height, columns * cell_width, 3), 40, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = index // columns * cell_height, index % columns * cell_width
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def _outline(image: Image, quad: FloatArray, colour: tuple[int, int, int]) -> None:
    points = np.round(quad - 0.5).astype(np.int32)
    cv2.polylines(image, [points], isClosed=True, color=colour, thickness=1, lineType=cv2.LINE_AA)
    cv2.circle(image, (int(points[0, 0]), int(points[0, 1])), 4, colour, cv2.FILLED)
