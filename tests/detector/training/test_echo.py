from __future__ import annotations

import itertools
import weakref
from collections import Counter

import numpy as np
import pytest
import torch

from detector.geometry import rectangle_quad
from detector.network.config import AlignerConfig, FinderConfig
from detector.training import echo
from detector.training.aligner_data import CARD, AlignerBatch
from detector.training.echo import BLOCK, batch_of_step, echoed, first_kept, in_other_light, mirrored_anchors
from detector.training.finder_data import FinderBatch, LabelledPicture, matched_batch
from detector.training.tasks import AlignerTask, FinderTask

WIDTH, HEIGHT = 192, 128
CARD_QUAD = np.array([[20.0, 30], [90, 36], [86, 80], [18, 74]])


def batch_of(quad: np.ndarray, config: FinderConfig) -> FinderBatch:
    """A picture with the card, twice, the second time without anything hidden."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    hidden = mirrored_quad(rectangle_quad(40, 30) + (130, 80), quad is not CARD_QUAD)
    pictures = [
        LabelledPicture(image, quad[None], hidden[None]),
        LabelledPicture(image, quad[None], np.zeros((0, 4, 2))),
    ]
    return matched_batch(pictures, config)


def mirrored_quad(quad: np.ndarray, mirrored: bool) -> np.ndarray:
    return (np.array([WIDTH, 0]) + quad * (-1, 1))[::-1] if mirrored else quad


def test_batches_come_in_rounds() -> None:
    indices = [batch_of_step(step, 3) for step in range(6 * BLOCK)]
    assert indices[: 2 * BLOCK] == [*range(BLOCK), *range(BLOCK)]
    assert Counter(indices) == dict.fromkeys(range(2 * BLOCK), 3)
    assert [batch_of_step(step, 1) for step in range(40)] == list(range(40))


def test_a_run_that_goes_on_composes_its_block_again() -> None:
    assert first_kept(3 * BLOCK + 5, 3) == BLOCK
    assert first_kept(BLOCK + 5, 3) == 0
    assert first_kept(37, 1) == 37


def shown(step: int, times: int, count: int) -> list[int]:
    """The indices of what is shown in `count` steps, where each batch is its index."""
    return list(itertools.islice(echoed(itertools.count(first_kept(step, times)), step, times), count))


def test_batches_are_shown_block_by_block_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "BLOCK", 2)
    assert shown(0, 3, 14) == [0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 4, 5]
    assert shown(0, 1, 4) == [0, 1, 2, 3]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_goes_on_with_any_step_shows_what_it_would_have_shown(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every round, in the midst of one, and across blocks."""
    monkeypatch.setattr(echo, "BLOCK", 3)
    whole = shown(0, times, 30)
    assert [shown(step, times, 30 - step) for step in range(30)] == [whole[step:] for step in range(30)]


def test_no_batch_is_composed_before_it_is_shown_and_none_twice() -> None:
    composed = itertools.count()
    steps = echoed(composed, 0, 2)
    assert list(itertools.islice(steps, 2 * BLOCK)) == 2 * list(range(BLOCK))
    assert next(composed) == BLOCK


def test_a_block_is_all_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "BLOCK", 4)
    batches = [torch.zeros(1) for _ in range(20)]
    there = [weakref.ref(batch) for batch in batches]
    batches.reverse()
    steps = echoed(iter(batches.pop, None), 0, 2)
    for step in range(30):
        next(steps)
        assert sum(batch() is not None for batch in there) - len(batches) <= 4, step


def test_a_mirrored_batch_is_the_batch_of_the_mirrored_pictures(tiny_finder: FinderConfig) -> None:
    """All but the light: the same anchors are asked for the same cards."""
    task = FinderTask(tiny_finder, side_px=WIDTH, batch_size=2)
    batch, expected = batch_of(CARD_QUAD, tiny_finder), batch_of(mirrored_quad(CARD_QUAD, True), tiny_finder)
    found = next(
        varied
        for seed in range(100)
        if torch.randint(2, (2,), generator=torch.Generator().manual_seed(seed)).tolist() == [0, 1]
        for varied in [task.varied(batch, torch.Generator().manual_seed(seed))]
    )
    assert torch.equal(found.labels, expected.labels)
    order = np.lexsort(found.positives.numpy().T[::-1])
    assert torch.equal(found.positives[order], expected.positives)
    torch.testing.assert_close(found.quads[order], expected.quads)


def test_mirrored_twice_every_anchor_is_back(tiny_finder: FinderConfig) -> None:
    for axes in ((0,), (1,), (0, 1)):
        places = mirrored_anchors(tiny_finder.anchors, WIDTH, HEIGHT, axes)
        assert torch.equal(places[places], torch.arange(len(places)))
        assert not torch.equal(places, torch.arange(len(places)))


def test_a_view_upside_down_has_its_corners_and_its_rotation_turned(tiny_aligner: AlignerConfig) -> None:
    task = AlignerTask(tiny_aligner, batch_size=1)
    width, height = tiny_aligner.view_width_px, tiny_aligner.view_height_px
    image = torch.zeros(1, 3, height, width, dtype=torch.uint8)
    image[..., : height // 2, :] = 200
    corners = torch.from_numpy(rectangle_quad(20, 10)[None] + (3, 4)).float()
    batch = AlignerBatch(image, corners, torch.tensor([1]), torch.tensor([CARD], dtype=torch.int8))
    varied = [task.varied(batch, torch.Generator().manual_seed(seed)) for seed in range(20)]
    turned = [one for one in varied if one.rotation.item() == 3]
    assert 0 < len(turned) < len(varied)
    for one in varied:
        upside_down = one.rotation.item() == 3
        assert (one.images[..., 0, 0].float().mean() < one.images[..., -1, 0].float().mean()) == upside_down
        if upside_down:
            x, y = one.corners[0, 0].tolist()
            assert (x, y) == (width - 23, height - 14)
        else:
            assert torch.equal(one.corners, corners)


def test_light_changes_a_little_and_reproducibly() -> None:
    images = torch.full((4, 3, 16, 16), 120, dtype=torch.uint8)
    one, same = (in_other_light(images, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(one, same)
    assert one.dtype == torch.uint8
    difference = one.float().mean(dim=(2, 3)) - 120
    assert 1 < float(difference.abs().mean()) < 40


@pytest.mark.parametrize("value", [0, 255])
def test_light_stays_in_range(value: int) -> None:
    images = torch.full((8, 3, 8, 8), value, dtype=torch.uint8)
    assert (in_other_light(images, torch.Generator().manual_seed(0)).float() - value).abs().max() < 150
