from __future__ import annotations

import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from detector.geometry import is_convex_clockwise, quad_area, rectangle_quad, transform_points
from detector.network.config import FinderConfig
from detector.training.distillation.errors import EmptyPoolError
from detector.training.distillation.labels import LabelledPool
from detector.training.distillation.making import Rule, make_labels
from detector.training.distillation.student_data import DistillationTask, MixedBatches, pool_picture, random_view
from detector.training.finder_data import FinderBatch
from detector.training.synthesis.bank import Bank
from detector.training.tasks import FinderTask
from tests.detector.training.distillation.scripted import predict, read_png, write_scripted

NOTHING = np.zeros((0, 4, 2))
# Of pictures of 160 x 120 pixels with nothing else in their blue channel.
MARK = 77


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """A pool of four pictures, and beside it its labels: a card in each."""
    for index in range(4):
        write_scripted(tmp_path / "pool" / f"{index}.png", [200], 160, 120)
    predict(tmp_path / "pool", tmp_path / "labels")
    make_labels(tmp_path / "labels", Rule(1.0, None, "stated"))
    return tmp_path


def mixed(labelled: Path, bank: Bank, config: FinderConfig, *, machine_labelled: int, seed: int = 0) -> MixedBatches:
    labels = LabelledPool(labelled / "labels")
    sizes = {"side_px": 128, "batch_size": 4, "machine_labelled": machine_labelled}
    return MixedBatches(bank, config, labelled / "pool", labels, read_png, seed=seed, **sizes)


def test_views_hold_most_of_the_picture_and_lie_any_way_round() -> None:
    rng = np.random.default_rng(0)
    shares, starts = [], set()
    for _ in range(200):
        size, target = ((640, 480), (320, 192)) if rng.random() < 0.5 else ((480, 640), (256, 320))
        whole = transform_points(random_view(rng, size, target), rectangle_quad(*size))
        assert is_convex_clockwise(whole)
        starts.add(int(np.linalg.norm(rectangle_quad(*target) - whole[0], axis=1).argmin()))
        shares.append(quad_area(whole) / (target[0] * target[1]))
    assert starts == {0, 1, 2, 3}
    assert 0.3 < min(shares) < 0.9
    assert 1.2 < max(shares) < 5


def test_cards_are_where_their_labels_say() -> None:
    """A light card in a dark picture: inside its quad it is light, around it dark, in every view."""
    image = np.full((480, 640, 3), 40, np.uint8)
    quad = np.array([[200.0, 150], [420, 180], [400, 330], [190, 300]])
    cv2.fillConvexPoly(image, quad.astype(np.int32), (210, 210, 210))
    rng = np.random.default_rng(1)
    contrasts = []
    for _ in range(40):
        picture = pool_picture(rng, image, quad[None], NOTHING, (320, 256))
        assert picture.image.shape == (256, 320, 3)
        (found,) = [*picture.cards, *picture.hidden]
        inside, beyond = np.zeros((256, 320), np.uint8), np.zeros((256, 320), np.uint8)
        centre = found.mean(axis=0)
        cv2.fillConvexPoly(inside, np.round(centre + 0.9 * (found - centre)).astype(np.int32), 1)
        cv2.fillConvexPoly(beyond, np.round(centre + 1.3 * (found - centre)).astype(np.int32), 1)
        cv2.fillConvexPoly(beyond, np.round(centre + 1.1 * (found - centre)).astype(np.int32), 0)
        if inside.any() and beyond.any():
            contrasts.append(picture.image[inside > 0].mean() / max(1.0, picture.image[beyond > 0].mean()))
    assert len(contrasts) > 35
    assert min(contrasts) > 1.5
    assert np.median(contrasts) > 3


def test_what_cannot_be_asked_for_is_hidden() -> None:
    image = np.full((480, 640, 3), 90, np.uint8)
    far = rectangle_quad(200, 130) + (-190.0, 100)
    tiny = rectangle_quad(12, 8) + (300.0, 200)
    unsure = rectangle_quad(200, 130) + (200.0, 200)
    rng = np.random.default_rng(0)
    for _ in range(20):
        picture = pool_picture(rng, image, np.stack([far, tiny]), unsure[None], (320, 320))
        assert len(picture.cards) == 0
        assert len(picture.hidden) == 3


def test_around_the_picture_it_is_black() -> None:
    image = np.full((480, 640, 3), 200, np.uint8)
    rng = np.random.default_rng(3)
    pictures = [pool_picture(rng, image, NOTHING, NOTHING, (192, 320)).image for _ in range(30)]
    with_black = [picture for picture in pictures if (picture.max(axis=2) == 0).mean() > 0.05]
    assert len(with_black) > 8


@pytest.mark.parametrize("machine_labelled", [1, 3])
def test_a_batch_has_the_stated_part_of_the_pool(
    machine_labelled: int, labelled: Path, bank: Bank, tiny_finder: FinderConfig
) -> None:
    """The pool's pictures are black but for a dot."""
    for index in range(4):
        batch = mixed(labelled, bank, tiny_finder, machine_labelled=machine_labelled)[index]
        dark = [float(image.float().mean()) < 12 for image in batch.images]
        assert all(dark[:machine_labelled])
        assert sum(dark) < 4 or machine_labelled == 4
        assert len(batch.images) == 4


def same(first: FinderBatch, second: FinderBatch) -> bool:
    pairs = zip(*((one.images, one.labels, one.positives, one.quads) for one in (first, second)), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_batch_depends_on_seed_and_index_alone(labelled: Path, bank: Bank, tiny_finder: FinderConfig) -> None:
    """In another process, too: there the batches come by pickle."""
    batches = mixed(labelled, bank, tiny_finder, machine_labelled=2)
    again = pickle.loads(pickle.dumps(batches))
    _ = again[1]
    assert same(batches[0], again[0])
    assert not same(batches[0], batches[1])
    assert not same(batches[0], mixed(labelled, bank, tiny_finder, machine_labelled=2, seed=1)[0])


def test_labels_follow_a_picture_that_was_resized(labelled: Path, bank: Bank, tiny_finder: FinderConfig) -> None:
    before = mixed(labelled, bank, tiny_finder, machine_labelled=4)[0]
    for index in range(4):
        write_scripted(labelled / "pool" / f"{index}.png", [200], 320, 240)
    after = mixed(labelled, bank, tiny_finder, machine_labelled=4)[0]
    assert torch.equal(before.labels, after.labels)


def test_pictures_that_have_gone_are_passed_over(labelled: Path, bank: Bank, tiny_finder: FinderConfig) -> None:
    for index in range(3):
        (labelled / "pool" / f"{index}.png").unlink()
    assert len(mixed(labelled, bank, tiny_finder, machine_labelled=2)[0].images) == 4
    (labelled / "pool" / "3.png").unlink()
    with pytest.raises(EmptyPoolError):
        mixed(labelled, bank, tiny_finder, machine_labelled=2)[0]


def test_validation_is_on_scenes_alone(labelled: Path, bank: Bank, tiny_finder: FinderConfig) -> None:
    finder = FinderTask(tiny_finder, side_px=128, batch_size=2)
    labels = LabelledPool(labelled / "labels")
    task = DistillationTask(finder, labelled / "pool", labels, read_png, machine_labelled_share=0.5)
    torch.manual_seed(0)
    model = task.build().eval()
    with torch.no_grad():
        assert task.validate(model, bank, 1, torch.device("cpu")) == finder.validate(
            model, bank, 1, torch.device("cpu")
        )
    assert task.batches(bank, 0).machine_labelled == 1
    assert task.losses(model, task.batches(bank, 0)[0]).keys() == {"score", "box", "corners"}


@pytest.mark.parametrize(("share", "expected"), [(0.01, 1), (0.5, 8), (1.0, 16)])
def test_the_share_of_a_batch(share: float, expected: int, labelled: Path, tiny_finder: FinderConfig) -> None:
    finder = FinderTask(tiny_finder, side_px=128, batch_size=16)
    task = DistillationTask(finder, labelled / "pool", LabelledPool(labelled / "labels"), read_png, share)
    assert task.machine_labelled == expected
