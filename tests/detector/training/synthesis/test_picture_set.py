from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.geometry import rectangle_quad
from detector.training.synthesis import picture_set
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.mipmap import build_mipmap
from detector.training.synthesis.picture_set import write_picture_set
from detector.training.synthesis.scene import Layer, Scene

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@pytest.mark.parametrize("side_px", [320, 500, 1000])
def test_labels_lie_on_the_edges_that_were_drawn(side_px: int, bank: Bank, tmp_path: Path, monkeypatch) -> None:
    """Also where the shorter side is a fraction of a pixel: 9:16 at 1000 pixels is 562.5 wide."""

    def white_card(_rng: np.random.Generator, _bank: Bank, width: int, height: int) -> Scene:
        quad = rectangle_quad(0.8 * width, 0.8 * height) + (0.1 * width, 0.1 * height)
        card = Layer(build_mipmap(np.full((1200, 1200, 4), 255, np.uint8)), quad, "card")
        ground = build_mipmap(np.full((8, 8, 3), BLACK, np.uint8))
        nothing = np.zeros((0, 4, 2))
        return Scene(width, height, ground, rectangle_quad(width, height), (card,), quad[None], nothing, nothing)

    monkeypatch.setattr(picture_set, "compose_scene", white_card)
    monkeypatch.setattr(picture_set, "JPEG_QUALITY", 100)
    write_picture_set(tmp_path, bank, 12, side_px, 1, lambda _done: None, take=lambda _rng, image: image)

    for one in json.loads((tmp_path / "annotations.json").read_text()):
        grey = cv2.imread(str(tmp_path / one["file"]), cv2.IMREAD_GRAYSCALE)
        assert grey.shape == (one["height"], one["width"])
        rows, columns = grey[:, grey.shape[1] // 2] / 255, grey[grey.shape[0] // 2] / 255
        (left, top), _, (right, bottom), _ = np.array(one["quads"][0])
        assert right - left == pytest.approx(columns.sum(), abs=0.15)
        assert bottom - top == pytest.approx(rows.sum(), abs=0.15)
        assert left == pytest.approx((1 - columns[: len(columns) // 2]).sum(), abs=0.15)
        assert top == pytest.approx((1 - rows[: len(rows) // 2]).sum(), abs=0.15)
