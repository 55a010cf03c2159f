from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from detector.network.aligner import Aligner, AlignerOutput
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import encode_boxes, encode_corners
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.retinanet import FinderOutput, RetinaNet
from detector.training.aligner_data import CARD, NO_CARD, UNDECIDED, AlignerBatch
from detector.training.finder_data import FinderBatch
from detector.training.losses import heat_map_loss
from detector.training.matching import IGNORED, POSITIVE
from detector.training.synthesis.bank import Bank
from detector.training.tasks import AlignerTask, FinderTask

QUAD = torch.tensor([[20.0, 24.0], [80.0, 20.0], [84.0, 60.0], [18.0, 58.0]])
CORNERS = torch.tensor([[8.0, 5.0], [55.0, 6.0], [56.0, 28.0], [7.0, 27.0]])


class Answers(nn.Module):
    """A network that answers the same whatever it sees."""

    def __init__(self, output: FinderOutput | AlignerOutput) -> None:
        super().__init__()
        self.output = output

    def forward(self, x: Tensor) -> FinderOutput | AlignerOutput:
        return self.output


@pytest.fixture
def finder_task(tiny_finder: FinderConfig) -> FinderTask:
    return FinderTask(tiny_finder, side_px=128, batch_size=2)


@pytest.fixture
def aligner_task(tiny_aligner: AlignerConfig) -> AlignerTask:
    return AlignerTask(tiny_aligner, batch_size=4)


@pytest.fixture
def finder_batch(tiny_finder: FinderConfig) -> FinderBatch:
    """Two pictures: one whose card is asked of the anchors 40 and 41, and one with no card and an ignored anchor."""
    labels = torch.zeros(2, len(anchor_boxes(tiny_finder.anchors, 128, 128)), dtype=torch.int8)
    labels[0, 40:42] = POSITIVE
    labels[1, 7] = IGNORED
    positives = torch.tensor([[0, 40], [0, 41]])
    return FinderBatch(torch.zeros(2, 3, 128, 128, dtype=torch.uint8), labels, positives, QUAD.repeat(2, 1, 1))


def right_answers(task: FinderTask, batch: FinderBatch) -> FinderOutput:
    anchors = torch.tensor(anchor_boxes(task.config.anchors, 128, 128))
    logits = torch.where(batch.labels == POSITIVE, 12.0, -12.0)[..., None]
    box = torch.cat([QUAD.amin(dim=0), QUAD.amax(dim=0)])
    deltas = encode_boxes(box.expand(len(anchors), 4), anchors).expand(2, -1, -1)
    corners = encode_corners(QUAD.roll(1, dims=0).expand(len(anchors), 4, 2), anchors).expand(2, -1, -1)
    return FinderOutput(logits, deltas, corners)


def aligner_batch(card: list[int]) -> AlignerBatch:
    return AlignerBatch(
        images=torch.zeros(len(card), 3, 32, 64, dtype=torch.uint8),
        corners=CORNERS.repeat(len(card), 1, 1),
        rotation=torch.full((len(card),), 2),
        card=torch.tensor(card, dtype=torch.int8),
    )


def aligner_answers(batch: AlignerBatch) -> AlignerOutput:
    count = len(batch.card)
    rotation = torch.tensor([0.0, 0, 30, 0]).repeat(count, 1)
    card = torch.where(batch.card == CARD, 30.0, -30.0)
    return AlignerOutput(batch.corners.clone(), rotation, card, torch.zeros(count, 4, 8, 16))


def test_the_right_answers_cost_a_finder_nothing(finder_task: FinderTask, finder_batch: FinderBatch) -> None:
    """Whichever corner its order starts at."""
    losses = finder_task.losses(Answers(right_answers(finder_task, finder_batch)), finder_batch)
    assert losses.keys() == {"score", "box", "corners"}
    for name, loss in losses.items():
        assert float(loss) == pytest.approx(0, abs=1e-4), name


@pytest.mark.parametrize("name", ["box", "corners"])
def test_wrong_answers_of_positive_anchors_cost(name: str, finder_task: FinderTask, finder_batch: FinderBatch) -> None:
    right = right_answers(finder_task, finder_batch)
    wrong = replace_output(right, name, right.deltas + 1, right.corners + 1)
    losses = finder_task.losses(Answers(wrong), finder_batch)
    assert [key for key, loss in losses.items() if float(loss) > 0.1] == [name]


def replace_output(output: FinderOutput, name: str, deltas: Tensor, corners: Tensor) -> FinderOutput:
    return output._replace(deltas=deltas) if name == "box" else output._replace(corners=corners)


def test_ignored_anchors_cost_nothing_and_others_do(finder_task: FinderTask, finder_batch: FinderBatch) -> None:
    output = right_answers(finder_task, finder_batch)
    output.logits[1, 7] = 20
    assert float(finder_task.losses(Answers(output), finder_batch)["score"]) == pytest.approx(0, abs=1e-4)
    output.logits[1, 8] = 20
    assert float(finder_task.losses(Answers(output), finder_batch)["score"]) > 1


def test_a_batch_without_cards_has_a_finite_gradient(finder_task: FinderTask, finder_batch: FinderBatch) -> None:
    empty = replace(
        finder_batch,
        labels=torch.zeros_like(finder_batch.labels),
        positives=finder_batch.positives[:0],
        quads=finder_batch.quads[:0],
    )
    torch.manual_seed(0)
    model = finder_task.build()
    sum(finder_task.losses(model, empty).values()).backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())


def test_a_finder_without_a_corner_head_has_no_corner_loss(
    tiny_finder: FinderConfig, finder_batch: FinderBatch
) -> None:
    task = FinderTask(replace(tiny_finder, corner_head=False), side_px=128, batch_size=2)
    assert task.losses(task.build(), finder_batch).keys() == {"score", "box"}


def test_the_right_answers_cost_an_aligner_only_its_heat_maps(aligner_task: AlignerTask) -> None:
    batch = aligner_batch([CARD, NO_CARD, UNDECIDED])
    losses = aligner_task.losses(Answers(aligner_answers(batch)), batch)
    assert losses.keys() == {"corners", "heat", "rotation", "card"}
    assert [name for name, loss in losses.items() if float(loss) > 1e-6] == ["heat"]


def test_heat_maps_are_placed_as_the_network_reads_them(aligner_task: AlignerTask) -> None:
    """The task's cells lie where the aligner's soft-arg-max has them."""
    batch = aligner_batch([CARD])
    output = aligner_answers(batch)._replace(heat=torch.randn(1, 4, 8, 16, generator=torch.Generator().manual_seed(0)))
    positions = Aligner(aligner_task.config).soft_arg_max.positions
    expected = 0.25 * heat_map_loss(output.heat, batch.corners, positions, sigma_px=4.0).mean()
    torch.testing.assert_close(aligner_task.losses(Answers(output), batch)["heat"], expected)


def test_what_is_no_card_has_no_corners_and_no_rotation(aligner_task: AlignerTask) -> None:
    batch = aligner_batch([NO_CARD, UNDECIDED])
    output = aligner_answers(batch)._replace(corners=torch.zeros(2, 4, 2), rotation=torch.zeros(2, 4))
    losses = aligner_task.losses(Answers(output), batch)
    assert all(float(losses[name]) == 0 for name in ("corners", "heat", "rotation"))


def test_a_corner_outside_the_view_is_not_asked_for(aligner_task: AlignerTask) -> None:
    batch = aligner_batch([CARD])
    batch.corners[0, 1, 0] = 65.0
    output = aligner_answers(batch)
    output.corners[0, 1] = 0
    assert float(aligner_task.losses(Answers(output), batch)["corners"]) == 0
    output.corners[0, 0] += 20
    assert float(aligner_task.losses(Answers(output), batch)["corners"]) > 1


def test_undecided_views_alone_cost_nothing(aligner_task: AlignerTask) -> None:
    batch = aligner_batch([UNDECIDED, UNDECIDED])
    losses = aligner_task.losses(Answers(aligner_answers(batch)), batch)
    assert float(sum(losses.values())) == 0


@pytest.mark.parametrize("kind", ["finder", "aligner"])
def test_a_fresh_network_can_be_validated(
    kind: str, finder_task: FinderTask, aligner_task: AlignerTask, bank: Bank
) -> None:
    torch.manual_seed(0)
    task = finder_task if kind == "finder" else aligner_task
    with torch.no_grad():
        metrics = task.validate(task.build().eval(), bank, 2, torch.device("cpu"))
    shares = {"confident", "quad_iou"} if kind == "finder" else {"quad_iou", "rotation", "card"}
    assert metrics.keys() == {"loss", *shares}
    assert all(0 <= metrics[name] <= 1 for name in shares)


def test_validation_of_a_finder_that_knows_is_perfect(finder_task: FinderTask, bank: Bank) -> None:
    batch = finder_task.batches(bank, 1_000_003)[0]
    anchors = torch.tensor(anchor_boxes(finder_task.config.anchors, batch.images.shape[3], batch.images.shape[2]))
    logits = torch.where(batch.labels == POSITIVE, 12.0, -12.0)[..., None]
    corners = torch.zeros(*batch.labels.shape, 8)
    picture, anchor = batch.positives.unbind(dim=1)
    assert len(anchor)
    corners[picture, anchor] = encode_corners(batch.quads, anchors[anchor])
    model = Answers(FinderOutput(logits, torch.zeros(*batch.labels.shape, 4), corners))
    metrics = finder_task.validate(model, bank, 1, torch.device("cpu"))
    assert metrics["confident"] == 1
    assert metrics["quad_iou"] == pytest.approx(1, abs=1e-4)


def test_tasks_build_their_networks(finder_task: FinderTask, aligner_task: AlignerTask) -> None:
    assert isinstance(finder_task.build(), RetinaNet)
    assert isinstance(aligner_task.build(), Aligner)


def test_losses_are_taken_in_single_precision(
    finder_task: FinderTask, finder_batch: FinderBatch, aligner_task: AlignerTask
) -> None:
    """Whatever the network computed in: the same as of what its half precision says."""
    views = aligner_batch([CARD, NO_CARD])
    outputs = (right_answers(finder_task, finder_batch), aligner_answers(views))
    for task, batch, output in zip((finder_task, aligner_task), (finder_batch, views), outputs, strict=True):
        half = type(output)(*(values.bfloat16() for values in output))
        losses = task.losses(Answers(half), batch)
        assert all(loss.dtype == torch.float32 for loss in losses.values())
        assert losses == task.losses(Answers(half.in_single_precision()), batch)
