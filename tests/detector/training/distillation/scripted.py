"""A teacher that sees what is written in the pictures, and pools for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.engines import FinderResult
from detector.geometry import Image
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import encode_corners
from detector.network.config import FinderConfig
from detector.training.distillation.errors import UnreadablePictureError
from detector.training.distillation.predictions import Prediction, looking, predict_pool
from detector.training.distillation.teacher import Candidate, Teacher

PROVENANCE = {"teacher": {"sha256": "0" * 64, "preset": "tiny"}, "aligner": None, "transforms": []}
# No file below a folder.
NAMES_OUTSIDE = ("../x", "a/../../x", "/etc/x", "", "a\0", "\ud800.png", 3, None, ["x"])
QUAD = np.array([[1.0, 1], [9, 1], [9, 7], [1, 7]])


class PowerCutError(Exception):
    """What interrupts a run."""


class ScriptedTeacher(Teacher):
    """A teacher whose candidates are written in a picture's first row: the score of each, 1 to 255, a pixel each.

    The first lies at QUAD, each other one ten pixels further right.
    """

    def __init__(self) -> None:
        self.asked = 0

    def find(self, image: Image) -> list[Candidate]:
        self.asked += 1
        scores = [int(value) for value in image[0, :, 0] if value]
        return [Candidate(score / 255, 2, QUAD + (10 * index, 0), None) for index, score in enumerate(scores)]


@dataclass
class FindsBright:
    """A finder that finds the box around everything bright, as sure of it as it was told to be."""

    config: FinderConfig
    score: float = 0.8
    shapes: list[tuple[int, ...]] = field(default_factory=list)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        self.shapes.append(pictures.shape)
        height, width = pictures.shape[1:3]
        anchors = anchor_boxes(self.config.anchors, width, height)
        scores, corners = np.zeros(len(anchors), np.float32), np.zeros((len(anchors), 8), np.float32)
        rows, columns = np.nonzero(pictures[0].min(axis=-1) > 128)
        if len(rows):
            x1, y1, x2, y2 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
            quad = np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]], np.float32)
            scores[0], corners[0] = self.score, encode_corners(quad, anchors[0])
        return FinderResult(scores[None], corners[None])


def read_png(path: Path) -> Image:
    data = path.read_bytes() if path.exists() else b""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise UnreadablePictureError("the picture is damaged")
    return np.asarray(image, np.uint8)


def write_scripted(path: Path, scores: list[int], width: int = 40, height: int = 30) -> None:
    """Write a picture in which a scripted teacher sees candidates of these scores, of 255."""
    image = np.zeros((height, width, 3), np.uint8)
    image[0, : len(scores)] = np.array(scores, np.uint8)[:, None]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", image)[1].tobytes())


def names_in(pool: Path) -> list[str]:
    return sorted(path.relative_to(pool).as_posix() for path in pool.rglob("*.png"))


def predict(
    pool: Path,
    folder: Path,
    teacher: Teacher | None = None,
    *,
    cut_at: int | None = None,
    provenance: dict[str, object] = PROVENANCE,
    make_folder: bool = True,
) -> list[Prediction]:
    """Let a scripted teacher look at a pool, and return what it reported; the power is cut after `cut_at` pictures."""
    reported: list[Prediction] = []

    def report(done: int, total: int, prediction: Prediction | None) -> None:
        assert done <= total
        if prediction is not None:
            reported.append(prediction)
        if done == cut_at:
            raise PowerCutError

    if make_folder:
        folder.mkdir(exist_ok=True)
    look = looking(pool, read_png, teacher or ScriptedTeacher())
    predict_pool(pool, folder, lambda: names_in(pool), look, provenance, report)
    return reported
