"""Average precision of the boxes, by faster-coco-eval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PictureBoxes:
    """The boxes of one picture, xyxy in pixels: `truths` (N, 4), `found` (M, 4) and the scores (M,) of the latter."""

    truths: NDArray[np.float64]
    found: NDArray[np.float64]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BoxPrecision:
    """COCO's average precision at IoU 0.5, and the mean of those at 0.50, 0.55, ... 0.95; 0 to 1."""

    at_50: float
    at_50_to_95: float


def box_precision(pictures: Sequence[PictureBoxes]) -> BoxPrecision | None:
    """Average precision over all pictures together, or None where they hold no card.

    It is measured on the detections handed in: those under the detector's threshold can't add to it.
    """
    truths = [_annotation(image, box) for image, picture in enumerate(pictures) for box in picture.truths]
    if not truths:
        return None
    found = [
        _annotation(image, box) | {"score": float(score)}
        for image, picture in enumerate(pictures)
        for box, score in zip(picture.found, picture.scores, strict=True)
    ]
    truth_set = COCO(
        {
            "images": [{"id": image} for image in range(len(pictures))],
            "categories": [{"id": 1, "name": "card"}],
            "annotations": [annotation | {"id": number} for number, annotation in enumerate(truths, start=1)],
        }
    )
    evaluation = COCOeval_faster(truth_set, truth_set.loadRes(found), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return BoxPrecision(at_50=float(evaluation.stats[1]), at_50_to_95=float(evaluation.stats[0]))


def _annotation(image: int, box: NDArray[np.float64]) -> dict[str, object]:
    x1, y1, x2, y2 = (float(value) for value in box)
    return {
        "image_id": image,
        "category_id": 1,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": (x2 - x1) * (y2 - y1),
        "iscrowd": 0,
    }
