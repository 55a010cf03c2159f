"""A contact sheet of the pictures that went worst: they say what the detector has yet to learn."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np

from detector.evaluation.metrics import Detect, Picture
from detector.evaluation.report import PictureOutcome
from detector.geometry import FloatArray, Image

TRUTH_BGR = (60, 200, 60)
DETECTION_BGR = (40, 40, 230)

_TILE_PX = 420
_CAPTION_PX = 26
_GAP_PX = 6
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_worst_sheet(
    pictures: Iterable[Picture], outcomes: Iterable[PictureOutcome], detect: Detect, count: int
) -> Image:
    """Draw the `count` worst pictures, worst first: true quads in green, detections in red with their scores.

    Args:
        pictures: The pictures that were measured; the worst are loaded once more.
        outcomes: Theirs, from the report; matched by name.
        detect: The detector that was measured; it runs once more on the worst.
        count: At least 1; fewer are drawn where there are fewer pictures.

    Returns:
        BGR uint8, shape (H, W, 3).
    """
    by_name = {picture.name: picture for picture in pictures}
    worst = sorted(outcomes, key=badness, reverse=True)[:count]
    tiles = [_tile(by_name[outcome.name], outcome, detect) for outcome in worst]
    return _grid(tiles, columns=math.ceil(math.sqrt(len(tiles))))


def badness(outcome: PictureOutcome) -> float:
    """1 - the lowest overlap of a picture's cards; for one without a card, the highest score of its detections."""
    if outcome.cards:
        return 1.0 - min(card.iou for card in outcome.cards)
    return max(outcome.scores, default=0.0)


def _tile(picture: Picture, outcome: PictureOutcome, detect: Detect) -> Image:
    image = picture.load()
    detections = detect(image)
    scale = _TILE_PX / max(image.shape[:2])
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    tile = np.full((_TILE_PX + _CAPTION_PX, _TILE_PX, 3), 255, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small[:_TILE_PX, :_TILE_PX]
    for quad in picture.quads:
        _outline(tile, quad * scale, TRUTH_BGR)
    for detection in detections:
        quad = detection.quad * scale
        _outline(tile, quad, DETECTION_BGR)
        x, y = np.clip(quad.mean(axis=0), 20, _TILE_PX - 20).astype(int)
        cv2.putText(tile, f"{detection.score:.2f}", (int(x) - 16, int(y)), _FONT, 0.5, DETECTION_BGR, 1, cv2.LINE_AA)
    tile[_TILE_PX:] = 255
    cv2.putText(tile, _caption(outcome), (4, _TILE_PX + 18), _FONT, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return tile


def _caption(outcome: PictureOutcome) -> str:
    """What went wrong, and the end of the file's name; OpenCV's font knows ASCII only."""
    what = f"IoU {1 - badness(outcome):.3f}" if outcome.cards else f"false {badness(outcome):.2f}"
    return f"{what}  {outcome.name[-38:]}".encode("ascii", "replace").decode()


def _outline(tile: Image, quad: FloatArray, colour: tuple[int, int, int]) -> None:
    """The quad, with a dot on its first corner."""
    points = np.clip(np.round(quad - 0.5), -10_000, 10_000).astype(np.int32)
    cv2.polylines(tile, [points], isClosed=True, color=colour, thickness=2, lineType=cv2.LINE_AA)
    cv2.circle(tile, (int(points[0, 0]), int(points[0, 1])), 4, colour, cv2.FILLED)


def _grid(tiles: list[Image], columns: int) -> Image:
    rows = math.ceil(len(tiles) / columns)
    height_px, width_px = tiles[0].shape[0] + _GAP_PX, tiles[0].shape[1] + _GAP_PX
    sheet = np.full((rows * height_px + _GAP_PX, columns * width_px + _GAP_PX, 3), 230, np.uint8)
    for number, tile in enumerate(tiles):
        y, x = (number // columns) * height_px + _GAP_PX, (number % columns) * width_px + _GAP_PX
        sheet[y : y + tile.shape[0], x : x + tile.shape[1]] = tile
    return sheet
