from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

from detector.network.anchors import anchor_boxes
from detector.network.config import ARTICLE, LIGHT, AnchorConfig
from detector.network.heads import Head, over_levels

SMALL = AnchorConfig(strides=(16, 32), sizes=(2.0, 3.0), ratios=(0.5, 1.0, 2.0))


def test_the_article_has_265_cells_of_six_anchors_at_224() -> None:
    assert anchor_boxes(ARTICLE.anchors, 224, 224).shape == (265 * 6, 4)


def test_rectangular_inputs_have_rectangular_grids() -> None:
    assert len(anchor_boxes(LIGHT.anchors, 320, 192)) == (20 * 12 + 10 * 6 + 5 * 3) * 6


def test_the_first_cell_by_hand() -> None:
    first = anchor_boxes(AnchorConfig(strides=(16,), sizes=(2.0,), ratios=(1.0, 4.0)), 32, 16)
    np.testing.assert_allclose(first[:2], [[-8, -8, 24, 24], [-24, 0, 40, 16]])


def test_sides_and_ratios_are_those_of_the_configuration() -> None:
    boxes = anchor_boxes(SMALL, 64, 32)
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    stride = np.where(np.arange(len(boxes)) < 4 * 2 * 6, 16, 32)
    sizes_and_ratios = np.array(list(itertools.product(SMALL.sizes, SMALL.ratios)) * (4 * 2 + 2 * 1))
    np.testing.assert_allclose(np.sqrt(width * height) / stride, sizes_and_ratios[:, 0], rtol=1e-5)
    np.testing.assert_allclose(width / height, sizes_and_ratios[:, 1], rtol=1e-5)


def test_anchors_are_in_the_order_of_the_heads_outputs() -> None:
    """A head that copies each cell's centre and stride, and knows its anchors' shapes, gives the anchors themselves."""
    width_px, height_px = 96, 64
    head = Head(3, (), SMALL.per_cell, values=4)
    with torch.no_grad():
        weight = head[-1].weight.view(SMALL.per_cell, 4, 3)
        weight.zero_()
        for anchor, (size, ratio) in enumerate(itertools.product(SMALL.sizes, SMALL.ratios)):
            half = torch.tensor([size * math.sqrt(ratio), size / math.sqrt(ratio)]) / 2
            weight[anchor, :, :2] = torch.eye(2).repeat(2, 1)
            weight[anchor, :, 2] = torch.cat([-half, half])
        levels = []
        for stride in SMALL.strides:
            rows, columns = torch.meshgrid(
                torch.arange(height_px // stride), torch.arange(width_px // stride), indexing="ij"
            )
            centre = (torch.stack([columns, rows]) + 0.5) * stride
            levels.append(torch.cat([centre, torch.full_like(centre[:1], stride)])[None])
        copied = over_levels(head, levels)[0]
    np.testing.assert_allclose(copied.numpy(), anchor_boxes(SMALL, width_px, height_px), atol=1e-4)


def test_anchors_are_made_once_and_cannot_be_written() -> None:
    boxes = anchor_boxes(SMALL, 64, 64)
    assert anchor_boxes(SMALL, 64, 64) is boxes
    with pytest.raises(ValueError, match="read-only"):
        boxes[0] = 0
