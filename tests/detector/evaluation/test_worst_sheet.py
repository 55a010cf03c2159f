from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from detector.detection import Detection
from detector.evaluation import Picture, evaluate_pictures
from detector.evaluation.worst_sheet import DETECTION_BGR, TRUTH_BGR, badness, draw_worst_sheet
from detector.geometry import Image, bounding_box

CARD = np.array([[100, 100], [500, 100], [500, 350], [100, 350]], dtype=np.float64)
FOUND = CARD + np.array([60, 60])


def grey(value: int) -> Image:
    return np.full((480, 640, 3), value, np.uint8)


def picture(name: str, value: int, quads: NDArray[np.float64]) -> Picture:
    return Picture(name, "any", quads, partial(grey, value))


def detect(image: Image) -> list[Detection]:
    """Find a shifted card on grey 100, and a false one on grey 50."""
    scores = {100: 0.9, 50: 0.8}
    value = int(image[0, 0, 0])
    return [Detection(scores[value], bounding_box(FOUND), FOUND, None)] if value in scores else []


def coloured(sheet: Image, colour: tuple[int, int, int]) -> int:
    return int(np.all(sheet == colour, axis=-1).sum())


def test_the_worst_come_first_and_only_they_are_drawn() -> None:
    none = np.zeros((0, 4, 2))
    pictures = [picture("good", 10, none), picture("shifted", 100, CARD[None]), picture("false 身", 50, none)]
    report = evaluate_pictures(pictures, detect, rotations=False)
    assert [round(badness(outcome), 2) for outcome in report.pictures] == [0.0, 0.52, 0.8]
    sheet = draw_worst_sheet(pictures, report.pictures, detect, count=1)
    assert coloured(sheet, DETECTION_BGR) > 500
    assert coloured(sheet, TRUTH_BGR) == 0
    both = draw_worst_sheet(pictures, report.pictures, detect, count=2)
    assert both.shape[1] > sheet.shape[1]
    assert coloured(both, TRUTH_BGR) > 500


def test_more_asked_for_than_there_are() -> None:
    pictures = [picture("shifted", 100, CARD[None])]
    report = evaluate_pictures(pictures, detect, rotations=False)
    assert draw_worst_sheet(pictures, report.pictures, detect, count=9).dtype == np.uint8


def test_a_picture_of_nearly_no_height() -> None:
    thin = Picture("thin", "any", np.zeros((0, 4, 2)), lambda: np.zeros((2, 5000, 3), np.uint8))
    report = evaluate_pictures([thin], detect, rotations=False)
    assert draw_worst_sheet([thin], report.pictures, detect, count=1).size > 0
