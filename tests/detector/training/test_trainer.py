from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from detector.network.config import AlignerConfig, FinderConfig
from detector.network.weights import read_aligner, read_tensors
from detector.training.aligner_data import AlignerBatch
from detector.training.synthesis.bank import Bank
from detector.training.tasks import AlignerTask, FinderTask, Task
from detector.training.trainer import (
    AVERAGE_DECAY,
    FINAL_LEARNING_RATE_SHARE,
    GRADIENT_NORM,
    WARM_UP_SHARE,
    MovingAverage,
    Progress,
    Trainer,
    TrainingConfig,
    schedule,
)


class PowerCutError(Exception):
    """What interrupts a run."""


@pytest.fixture
def task(tiny_aligner: AlignerConfig) -> AlignerTask:
    return AlignerTask(tiny_aligner, batch_size=8)


def trainer_in(
    folder: Path, task: Task, bank: Bank, *, steps: int = 4, validate_every: int = 3, echo: int = 1
) -> Trainer:
    config = TrainingConfig(
        steps=steps, minutes=None, workers=0, echo=echo, validate_every=validate_every, validation_batches=2, seed=5
    )
    return Trainer(task, config, folder, bank, bank)


def losses_of(trainer: Trainer, *, cut_at: int | None = None) -> list[dict[str, float]]:
    """The losses of a run; the power is cut while step `cut_at` is reported."""
    losses = []

    def report(progress: Progress) -> None:
        if progress.step == cut_at:
            raise PowerCutError
        losses.append(progress.losses)

    trainer.run(report)
    return losses


def assert_same_file(first: Path, second: Path) -> None:
    tensors, others = read_tensors(first)[0], read_tensors(second)[0]
    assert tensors.keys() == others.keys()
    for name, tensor in tensors.items():
        assert torch.equal(tensor, others[name]), name


@pytest.mark.parametrize(("network", "echo"), [("finder", 1), ("aligner", 1), ("finder", 2), ("aligner", 2)])
def test_a_resumed_run_has_the_losses_and_weights_of_an_uninterrupted_one(
    network: str,
    echo: int,
    task: AlignerTask,
    tiny_finder: FinderConfig,
    bank: Bank,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cut in step 5 of 6, it goes on from the checkpoint of step 3.

    Of batches that are shown twice, that is in the midst of the first block's second round; the second block follows.
    """
    monkeypatch.setattr("detector.training.echo.BLOCK", 2)
    chosen: Task = task if network == "aligner" else FinderTask(tiny_finder, side_px=128, batch_size=2)
    whole = losses_of(trainer_in(tmp_path / "whole", chosen, bank, steps=6, echo=echo))
    with pytest.raises(PowerCutError):
        losses_of(trainer_in(tmp_path / "cut", chosen, bank, steps=6, echo=echo), cut_at=5)
    resumed = losses_of(trainer_in(tmp_path / "cut", chosen, bank, steps=6, echo=echo))
    assert len(whole) == 6
    assert resumed == whole[3:]
    assert_same_file(tmp_path / "cut" / "weights.safetensors", tmp_path / "whole" / "weights.safetensors")
    assert_same_file(tmp_path / "cut" / "checkpoint.safetensors", tmp_path / "whole" / "checkpoint.safetensors")


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory, tiny_aligner: AlignerConfig, bank: Bank) -> Path:
    """The folder of a run of four steps that validated after the third and the last."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    losses_of(trainer_in(folder, AlignerTask(tiny_aligner, batch_size=8), bank))
    return folder


def test_a_finished_run_is_not_trained_further(finished_run: Path, task: AlignerTask, bank: Bank) -> None:
    before = (finished_run / "weights.safetensors").read_bytes()
    assert losses_of(trainer_in(finished_run, task, bank)) == []
    assert (finished_run / "weights.safetensors").read_bytes() == before


def test_curves_have_a_row_for_each_validation(finished_run: Path) -> None:
    with (finished_run / "curves.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["step"]) for row in rows] == [3, 4]
    assert list(rows[0]) == [
        *("step", "minutes", "train_corners", "train_heat", "train_rotation", "train_card"),
        *("validation_loss", "validation_quad_iou", "validation_rotation", "validation_card"),
    ]
    assert all(np.isfinite(float(value)) for row in rows for value in row.values())


def test_curves_are_drawn(finished_run: Path) -> None:
    assert cv2.imread(str(finished_run / "curves.png")).std() > 1


def test_the_weights_that_ship_are_the_moving_average(finished_run: Path) -> None:
    checkpoint, _ = read_tensors(finished_run / "checkpoint.safetensors")
    weights = read_aligner(finished_run / "weights.safetensors").state_dict()
    assert all(torch.equal(tensor, checkpoint[f"average.{name}"]) for name, tensor in weights.items())
    assert not torch.equal(weights["heat.weight"], checkpoint["model.heat.weight"])


def test_a_run_may_start_from_given_weights(finished_run: Path, task: AlignerTask, bank: Bank, tmp_path: Path) -> None:
    initial = read_aligner(finished_run / "weights.safetensors")
    config = TrainingConfig(steps=1, minutes=None)
    trainer = Trainer(task, config, tmp_path, bank, bank, initial=initial)
    assert torch.equal(trainer.model.heat.weight, read_aligner(finished_run / "weights.safetensors").heat.weight)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, 1e-3 / WARM_UP_SHARE),
        (WARM_UP_SHARE / 2, 0.5),
        (WARM_UP_SHARE, 1.0),
        ((1 + WARM_UP_SHARE) / 2, (1 + FINAL_LEARNING_RATE_SHARE) / 2),
        (1.0, FINAL_LEARNING_RATE_SHARE),
        (1.5, FINAL_LEARNING_RATE_SHARE),
    ],
)
def test_the_schedule(share: float, expected: float) -> None:
    assert schedule(share) == pytest.approx(expected)


def test_the_learning_rate_follows_the_schedule(task: AlignerTask, bank: Bank, tmp_path: Path) -> None:
    trainer = trainer_in(tmp_path, task, bank, steps=4, validate_every=100)
    rates = []
    trainer.run(lambda progress: rates.append(trainer.optimiser.param_groups[0]["lr"]))
    assert rates == pytest.approx([trainer.config.learning_rate * schedule(step / 4) for step in range(4)])


def test_the_share_of_a_run_by_minutes_is_that_of_its_time(task: AlignerTask, bank: Bank, tmp_path: Path) -> None:
    trainer = Trainer(task, TrainingConfig(steps=None, minutes=2), tmp_path, bank, bank)
    trainer.elapsed_s = 30
    assert trainer.share == 0.25
    trainer.elapsed_s = 500
    assert trainer.share == 1


def test_a_run_by_minutes_ends(task: AlignerTask, bank: Bank, tmp_path: Path) -> None:
    config = TrainingConfig(steps=None, minutes=1e-4, workers=0, validation_batches=2)
    steps = losses_of(Trainer(task, config, tmp_path, bank, bank))
    assert 1 <= len(steps) < 100
    assert (tmp_path / "weights.safetensors").exists()


class SteepTask(AlignerTask):
    """The aligner's task with gradients a thousand times as large."""

    def losses(self, model: nn.Module, batch: AlignerBatch) -> dict[str, Tensor]:
        return {name: 1000 * loss for name, loss in super().losses(model, batch).items()}


def test_gradients_are_clipped(tiny_aligner: AlignerConfig, bank: Bank, tmp_path: Path) -> None:
    trainer = trainer_in(tmp_path, SteepTask(tiny_aligner, batch_size=8), bank, steps=1)
    losses_of(trainer)
    gradients = torch.cat([parameter.grad.flatten() for parameter in trainer.model.parameters()])
    assert float(gradients.norm()) == pytest.approx(GRADIENT_NORM, rel=1e-4)


def test_the_moving_average_starts_quickly_and_becomes_slow() -> None:
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 0.0)
    average = MovingAverage(model)
    nn.init.constant_(model.weight, 1.0)
    average.update(model, step=1)
    assert average.model.weight.item() == pytest.approx(1 - 2 / 11)
    average.update(model, step=1_000_000)
    assert average.model.weight.item() == pytest.approx(1 - 2 / 11 * AVERAGE_DECAY)
    assert model.weight.item() == 1


def test_two_processes_train_one_network_on_different_batches(
    tiny_aligner: AlignerConfig, bank_folder: Path, tmp_path: Path
) -> None:
    """With a budget of minutes, too, although their clocks differ."""
    program = Path(__file__).with_name("one_of_two.py")
    processes = [
        subprocess.Popen(
            [sys.executable, str(program), str(rank), str(tmp_path), str(bank_folder), tiny_aligner.to_json()]
        )
        for rank in range(2)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in range(2))
    assert not torch.equal(first.pop("first losses"), second.pop("first losses"))
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name]), name
    read_aligner(tmp_path / "run" / "weights.safetensors")


def test_the_record_tells_the_commit_that_the_run_began_with(
    task: Task, bank: Bank, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("detector.training.trainer.commit_of_checkout", lambda: "the first")
    trainer = trainer_in(tmp_path, task, bank)
    monkeypatch.setattr("detector.training.trainer.commit_of_checkout", lambda: "a later one")

    assert trainer.record().commit == "the first"
