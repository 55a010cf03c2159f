from __future__ import annotations

import pytest
import torch

from detector.network.config import FinderConfig
from detector.network.retinanet import RetinaNet
from detector.training.finder_data import FinderBatch
from detector.training.imitation import IMITATION_WEIGHT, ImitationTask, pyramid_distance
from detector.training.synthesis.bank import Bank
from detector.training.tasks import FinderTask


@pytest.fixture
def finder_task(tiny_finder: FinderConfig) -> FinderTask:
    return FinderTask(tiny_finder, side_px=128, batch_size=2)


@pytest.fixture
def batch(finder_task: FinderTask, bank: Bank) -> FinderBatch:
    return finder_task.batches(bank, 0)[0]


def test_the_distance_of_two_pyramids() -> None:
    wanted = [torch.full((1, 2, 4, 4), 2.0), torch.tensor([[[[3.0, 4.0]]]])]
    made = [torch.full((1, 2, 4, 4), 1.0), torch.tensor([[[[3.0, 0.0]]]])]

    # A quarter of the first map's square, and 16 of 25 of the second's.
    assert float(pyramid_distance(made, wanted)) == pytest.approx((0.25 + 0.64) / 2)


def test_who_sees_what_the_teacher_sees_pays_the_finders_losses_alone(
    finder_task: FinderTask, batch: FinderBatch
) -> None:
    torch.manual_seed(0)
    teacher = finder_task.build()
    losses = ImitationTask(finder_task, finder_task.config, teacher).losses(teacher, batch)

    assert float(losses.pop("imitation")) == 0
    for name, loss in finder_task.losses(teacher, batch).items():
        torch.testing.assert_close(losses[name], loss)


def test_a_step_brings_the_pyramid_nearer_and_leaves_the_teacher_alone(
    finder_task: FinderTask, batch: FinderBatch
) -> None:
    torch.manual_seed(0)
    teacher, student = finder_task.build(), finder_task.build()
    task, before = (
        ImitationTask(finder_task, finder_task.config, teacher),
        [value.clone() for value in teacher.state_dict().values()],
    )
    optimiser = torch.optim.SGD(student.parameters(), lr=1e-4)
    first = task.losses(student, batch)["imitation"]
    first.backward()
    optimiser.step()

    assert task.losses(student, batch)["imitation"].item() < first.item()
    assert 0 < first.item() / IMITATION_WEIGHT < 100
    assert all(map(torch.equal, before, teacher.state_dict().values()))
    assert not any(parameter.grad is not None for parameter in teacher.parameters())


def test_validation_and_batches_are_the_finders(finder_task: FinderTask, bank: Bank, tiny_finder: FinderConfig) -> None:
    torch.manual_seed(0)
    task, model = ImitationTask(finder_task, tiny_finder, RetinaNet(tiny_finder)), finder_task.build().eval()
    device = torch.device("cpu")
    with torch.no_grad():
        assert task.validate(model, bank, 1, device) == finder_task.validate(model, bank, 1, device)
    assert torch.equal(task.batches(bank, 3)[1].images, finder_task.batches(bank, 3)[1].images)
