"""The same steps around every finder that is compared: letterbox, network, decode, suppression of duplicates."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.bench.models import SIDE_PX
from detector.geometry import Image, bounding_box
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import decode_boxes, decode_corners
from detector.network.config import AnchorConfig

_CANDIDATES = 100
_NMS_IOU = 0.5

# A picture (1, 3, 320, 320), 0 to 255, to probabilities (1, A) and offsets (1, A, 4 or 8) of boxes or of corners.
BoxNetwork = Callable[[NDArray[np.float32]], tuple[NDArray[np.float32], NDArray[np.float32]]]


def find_boxes(network: BoxNetwork, anchors: AnchorConfig, image: Image) -> NDArray[np.float32]:
    """From a BGR picture, shape (H, W, 3), to boxes after NMS, xyxy, shape (K, 4), best first.

    The hundred best anchors go to NMS, whatever their scores: random weights know no threshold.
    """
    picture, scale = fitted(image)
    scores, offsets = network(picture)
    best = np.argpartition(-scores[0], _CANDIDATES)[:_CANDIDATES]
    boxes = _decoded(offsets[0, best], anchor_boxes(anchors, SIDE_PX, SIDE_PX)[best]) / scale
    corners_and_sizes = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(corners_and_sizes.tolist(), scores[0, best].tolist(), 0.0, _NMS_IOU)
    return np.asarray(boxes[np.asarray(kept, np.int64)], np.float32)


def fitted(image: Image) -> tuple[NDArray[np.float32], float]:
    """The picture scaled into the top-left of a square of 320, as (1, 3, 320, 320), 0 to 255; and its scale."""
    scale = SIDE_PX / max(image.shape[:2])
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    square = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    square[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.dnn.blobFromImage(square), np.float32), scale


def _decoded(offsets: NDArray[np.float32], anchors: NDArray[np.float32]) -> NDArray[np.float64]:
    if offsets.shape[1] == 4:
        return np.asarray(decode_boxes(offsets, anchors), np.float64)
    return bounding_box(decode_corners(offsets, anchors))
