from __future__ import annotations

import numpy as np
import pytest

from detector.engines import FinderResult
from detector.network.anchors import anchor_boxes
from detector.network.config import RESNET50, FinderConfig
from detector.training import folding
from detector.training.finder_data import batch_shape
from detector.training.folding import coarse_detections
from detector.training.synthesis.bank import Bank


class Blind:
    """Sees nothing, and notes the shapes of what it is shown."""

    def __init__(self, config: FinderConfig) -> None:
        self.config = config
        self.shapes: list[tuple[int, int]] = []

    def find(self, pictures: np.ndarray) -> FinderResult:
        height, width = pictures.shape[1:3]
        self.shapes.append((width, height))
        anchors = len(anchor_boxes(self.config.anchors, width, height))
        return FinderResult(np.zeros((1, anchors), np.float32), np.zeros((1, anchors, 8), np.float32))


@pytest.mark.parametrize(("width", "height"), [(640, 640), (640, 480), (640, 360), (480, 640)])
def test_a_teacher_with_coarser_levels_sees_pictures_of_the_sizes_that_it_learns_from(width: int, height: int) -> None:
    teacher = Blind(RESNET50)
    coarse_detections(teacher, np.zeros((height, width, 3), np.uint8))
    learnt = {batch_shape(np.random.default_rng(seed), 320) for seed in range(60)}
    assert set(teacher.shapes) <= learnt


def test_what_is_measured_shows_no_card_too_far_hidden(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MEASURED_PICTURES", 12)
    hidden: list[int] = []

    def spied(*arguments: object, **more: object) -> object:
        scene, image = draw(*arguments, **more)
        hidden.append(len(scene.hidden_cards))
        return scene, image

    draw = folding.draw_picture
    monkeypatch.setattr(folding, "draw_picture", spied)
    pictures = list(folding._pictures(bank))
    assert len(pictures) == 12
    assert hidden.count(0) == 12
