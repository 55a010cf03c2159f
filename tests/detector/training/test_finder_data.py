from __future__ import annotations

import numpy as np
import pytest
import torch

from detector.geometry import bounding_box, box_iou, intersection_area, quad_area, rectangle_quad
from detector.network.anchors import anchor_boxes
from detector.network.config import FinderConfig
from detector.training.finder_data import FinderBatch, FinderBatches, anchors_of, batch_shape, finder_picture
from detector.training.matching import POSITIVE
from detector.training.synthesis.bank import Bank


@pytest.fixture(scope="module")
def batches(bank: Bank, tiny_finder: FinderConfig) -> FinderBatches:
    return FinderBatches(bank, tiny_finder, side_px=128, batch_size=4, seed=3)


@pytest.fixture(scope="module")
def batch(batches: FinderBatches) -> FinderBatch:
    return batches[0]


def tensors(batch: FinderBatch) -> tuple[torch.Tensor, ...]:
    return batch.images, batch.labels, batch.positives, batch.quads


@pytest.mark.parametrize("side_px", [128, 192, 320])
def test_inputs_are_multiples_of_64_with_the_longer_side_asked_for(side_px: int) -> None:
    rng = np.random.default_rng(0)
    shapes = {batch_shape(rng, side_px) for _ in range(60)}
    assert all(max(shape) == side_px and not any(side % 64 for side in shape) for shape in shapes)
    assert len(shapes) >= 3


def test_the_shapes_of_a_batch(batch: FinderBatch, tiny_finder: FinderConfig) -> None:
    count, _, height, width = batch.images.shape
    assert count == 4
    assert batch.images.dtype == torch.uint8
    assert batch.labels.shape == (4, len(anchor_boxes(tiny_finder.anchors, width, height)))
    assert batch.quads.shape == (len(batch.positives), 4, 2)
    np.testing.assert_array_equal(
        anchors_of(tiny_finder, batch.images), anchor_boxes(tiny_finder.anchors, width, height)
    )


def test_positives_are_the_anchors_labelled_so(batch: FinderBatch) -> None:
    assert len(batch.positives)
    assert torch.equal(torch.nonzero(batch.labels == POSITIVE), batch.positives)


def test_positive_anchors_lie_on_their_cards(batches: FinderBatches, tiny_finder: FinderConfig) -> None:
    overlaps = []
    for index in range(3):
        batch = batches[index]
        anchors = anchors_of(tiny_finder, batch.images)[batch.positives[:, 1].numpy()]
        overlaps += np.diagonal(box_iou(anchors, bounding_box(batch.quads.numpy()))).tolist()
    assert min(overlaps) > 0
    assert np.median(overlaps) > 0.5


def test_a_batch_depends_on_seed_and_index_alone(bank: Bank, tiny_finder: FinderConfig, batch: FinderBatch) -> None:
    again = FinderBatches(bank, tiny_finder, side_px=128, batch_size=4, seed=3)
    _ = again[1]
    assert all(torch.equal(a, b) for a, b in zip(tensors(again[0]), tensors(batch), strict=True))
    other = FinderBatches(bank, tiny_finder, side_px=128, batch_size=4, seed=4)[0]
    assert not torch.equal(other.images[..., :64, :64], batch.images[..., :64, :64])


def test_a_batch_is_moved_whole(batch: FinderBatch) -> None:
    assert all(tensor.device.type == "meta" for tensor in tensors(batch.to(torch.device("meta"))))


@pytest.mark.parametrize(("width", "height", "axis"), [(192, 128, 0), (128, 192, 1)])
def test_some_pictures_end_in_the_black_of_letterboxing(width: int, height: int, axis: int, bank: Bank) -> None:
    rng = np.random.default_rng(1)
    ends = [finder_picture(rng, bank, width, height)[1].take(-1, axis=axis) for _ in range(40)]
    assert 4 <= sum(not end.any() for end in ends) <= 20


@pytest.mark.parametrize(("width", "height"), [(192, 128), (128, 192)])
def test_no_card_is_asked_for_that_the_border_hides(width: int, height: int, bank: Bank) -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        scene, image = finder_picture(rng, bank, width, height)
        assert image.shape == (height, width, 3)
        lit = image.any(axis=2)
        seen = rectangle_quad(np.flatnonzero(lit.any(axis=0))[-1] + 1, np.flatnonzero(lit.any(axis=1))[-1] + 1)
        assert all(intersection_area(quad, seen) > 0.5 * quad_area(quad) for quad in scene.cards)
