"""The training loop: one for both networks, on CPU or CUDA, on one process or several.

A run is a folder: `checkpoint.safetensors` (from which it resumes exactly), `weights.safetensors` (the moving average,
which is what ships), `curves.csv` and `curves.png`. Batch i depends only on the seed and i, so a run that was
interrupted sees the same batches as one that was not, and, where its length is in steps, has the same losses. A length
in minutes makes the learning rate follow the clock.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader

from detector.errors import ModelFileError
from detector.network.aligner import Aligner
from detector.network.retinanet import RetinaNet
from detector.network.weights import write_weights
from detector.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from detector.training.curves import write_curves
from detector.training.echo import echoed, first_kept
from detector.training.record import (
    RunRecord,
    commit_of_checkout,
    device_in_words,
    is_fast_in_bfloat16,
    write_record,
)
from detector.training.synthesis.bank import Bank
from detector.training.tasks import Task

WARM_UP_SHARE = 0.03
FINAL_LEARNING_RATE_SHARE = 0.02
GRADIENT_NORM = 5.0
WEIGHT_DECAY = 0.02
AVERAGE_DECAY = 0.998


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train.

    Attributes:
        steps: Length of the schedule in steps, or None where `minutes` is the budget.
        minutes: Length of the schedule in minutes of training, or None.
        learning_rate: Peak of the schedule: linear warm-up, then a cosine down to a fiftieth.
        seed: Of weights and batches.
        device: Torch's name of the device.
        workers: Processes that compose batches beside the training one.
        echo: How many times each batch is shown.
        validate_every: Steps between validations, checkpoints and curves.
        validation_batches: Batches of one validation.
    """

    steps: int | None
    minutes: float | None
    learning_rate: float = 2e-3
    seed: int = 0
    device: str = "cpu"
    workers: int = 1
    echo: int = 1
    validate_every: int = 500
    validation_batches: int = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run reports after each step."""

    step: int
    share: float
    losses: dict[str, float]
    pictures_per_s: float


class MovingAverage:
    """Exponential moving average of a network's weights, with a warm-up so that the first steps are soon forgotten."""

    def __init__(self, model: RetinaNet | Aligner) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model's weights."""
        decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
        for average, current in zip(self.model.state_dict().values(), model.state_dict().values(), strict=True):
            average.lerp_(current, 1 - decay)


def schedule(share: float) -> float:
    """Learning rate as a part of its peak: linear warm-up, then half a cosine (Loshchilov & Hutter, SGDR, eq. 5)."""
    if share < WARM_UP_SHARE:
        return max(share, 1e-3) / WARM_UP_SHARE
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, (share - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))))
    return FINAL_LEARNING_RATE_SHARE + (1 - FINAL_LEARNING_RATE_SHARE) * cosine


class Trainer:
    """One run of one task in one folder."""

    def __init__(
        self,
        task: Task,
        config: TrainingConfig,
        folder: Path,
        train_bank: Bank,
        validation_bank: Bank,
        *,
        initial: RetinaNet | Aligner | None = None,
        command: str = "",
        bank: dict[str, Any] | None = None,
        started_from: dict[str, Any] | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            task: What to train.
            config: How.
            folder: The run's folder; a checkpoint there is gone on from.
            train_bank: What to compose training scenes from.
            validation_bank: What to compose validation scenes from.
            initial: The network to start from; by default a fresh one.
            command: The command line, for the record.
            bank: What the bank was made of, for the record.
            started_from: Record of `initial`, for the record.
        """
        self.command, self.bank, self.started_from = command, bank, started_from
        # Now: what is committed while a run goes on is not what it runs.
        self.commit = commit_of_checkout()
        self.task, self.config, self.folder = task, config, folder
        self.train_bank, self.validation_bank = train_bank, validation_bank
        self.device = torch.device(config.device)
        self._bfloat16 = is_fast_in_bfloat16(self.device)
        torch.backends.cudnn.benchmark = True  # batches come in five shapes
        torch.manual_seed(config.seed)
        model = initial if initial is not None else task.build()
        self.model = model.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = MovingAverage(self.model)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=config.learning_rate, weight_decay=WEIGHT_DECAY)
        self.step = 0
        self.elapsed_s = 0.0
        self.history: list[dict[str, float]] = []
        self.rank = distributed.get_rank() if distributed.is_initialized() else 0
        self.world = distributed.get_world_size() if distributed.is_initialized() else 1
        self.network: nn.Module = DistributedDataParallel(self.model) if self.world > 1 else self.model

    @property
    def checkpoint_path(self) -> Path:
        """Where the run's checkpoint is."""
        return self.folder / "checkpoint.safetensors"

    @property
    def weights_path(self) -> Path:
        """Where the run's averaged weights are."""
        return self.folder / "weights.safetensors"

    @property
    def share(self) -> float:
        """How much of the schedule is done, 0 to 1."""
        if self.config.minutes is not None:
            return min(1.0, self.elapsed_s / (60 * self.config.minutes))
        return min(1.0, self.step / max(1, self.config.steps or 0))

    def run(self, report: Callable[[Progress], None]) -> None:
        """Train to the end of the schedule, going on from the folder's checkpoint if there is one.

        Raises:
            ModelFileError: the checkpoint is damaged, or of another network.
        """
        if self.checkpoint_path.exists():
            self._restore(read_checkpoint(self.checkpoint_path))
            if self._finished():
                return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.network.train()
        for batch in self._batches():
            started = time.perf_counter()
            losses = self._train_step(batch)
            report(Progress(self.step, self.share, losses, self._pictures_per_s(batch, started)))
            if self._finished() or self.step % self.config.validate_every == 0:
                self._validate_and_save(losses)
            if self._finished():
                return

    def _batches(self) -> Iterator[Any]:
        """The batch of each step, on the device, from the present step on; counts the time that steps take."""
        last = time.perf_counter()
        for batch in self._shown():
            yield batch
            now = time.perf_counter()
            self.elapsed_s += now - last
            last = now

    def _shown(self) -> Iterator[Any]:
        """What is shown in each step, from the present step on."""
        echo = self.config.echo
        composed = (batch.to(self.device) for batch in self._composed(first_kept(self.step, echo)))
        shown = echoed(composed, self.step, echo)
        return shown if echo == 1 else self._varied(shown)

    def _varied(self, batches: Iterator[Any]) -> Iterator[Any]:
        """The batches of the steps from the present one on, each varied by its step and this process."""
        generator = torch.Generator(self.device)
        for step, batch in enumerate(batches, self.step):
            yield self.task.varied(batch, generator.manual_seed(hash((self.config.seed, step, self.rank))))

    def _composed(self, first: int) -> Iterator[Any]:
        """Batches in their order, from the one with the index `first` on; each process has its own."""
        data = self.task.batches(self.train_bank, self.config.seed)
        indices = range(first * self.world + self.rank, 2**31, self.world)
        in_processes = {"prefetch_factor": 4, "multiprocessing_context": "spawn"} if self.config.workers else {}
        loader = DataLoader(
            data,
            batch_size=None,
            sampler=indices,
            num_workers=self.config.workers,
            **in_processes,  # type: ignore[arg-type]  # values of several types
        )
        yield from loader

    def _pictures_per_s(self, batch: Any, started: float) -> float:
        return float(len(batch.images) * self.world / max(1e-9, time.perf_counter() - started))

    def _train_step(self, batch: Any) -> dict[str, float]:
        share = self._agreed(self.share)
        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate * schedule(share)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16):
            losses = self.task.losses(self.network, batch)
        total: Tensor = sum(losses.values(), start=torch.zeros((), device=self.device))
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self.optimiser.step()
        self.step += 1
        self.average.update(self.model, self.step)
        return {name: float(value.detach()) for name, value in losses.items()}

    def _finished(self) -> bool:
        """Whether the schedule has ended; all processes agree."""
        return self._agreed(self.share) >= 1.0

    def _agreed(self, value: float) -> float:
        """The first process's value, in all processes: their clocks differ."""
        if self.world == 1:
            return value
        agreed = torch.tensor(value, device=self.device)
        distributed.broadcast(agreed, src=0)
        return float(agreed)

    @torch.no_grad()
    def _validate_and_save(self, losses: dict[str, float]) -> None:
        if self.rank == 0:
            metrics = self.task.validate(
                self.average.model, self.validation_bank, self.config.validation_batches, self.device
            )
            row = {"step": float(self.step), "minutes": self.elapsed_s / 60}
            row |= {f"train_{name}": value for name, value in losses.items()}
            row |= {f"validation_{name}": value for name, value in metrics.items()}
            self.history.append(row)
            write_curves(self.folder, self.history)
            write_weights(self.weights_path, self.average.model)
            write_record(self.weights_path, self.record())
            write_checkpoint(self.checkpoint_path, self._checkpoint())
        if self.world > 1:
            distributed.barrier()

    def _checkpoint(self) -> Checkpoint:
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.model.state_dict().items()}
        for index, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{index}.{name}": value for name, value in state.items()}
        tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
        return Checkpoint(tensors, self.step, self.elapsed_s, self.history)

    def record(self) -> RunRecord:
        """How the weights came to be, so far."""
        return RunRecord(
            command=self.command,
            commit=self.commit,
            device=device_in_words(self.device),
            minutes=round(self.elapsed_s / 60, 1),
            steps=self.step,
            pictures=self.step * self.task.batch_size * self.world,
            history=self.history,
            started_from=self.started_from,
            bank=self.bank,
        )

    def _restore(self, checkpoint: Checkpoint) -> None:
        try:
            self.model.load_state_dict(checkpoint.part("model"))
            self.average.model.load_state_dict(checkpoint.part("average"))
        except RuntimeError as error:
            raise ModelFileError(
                "the folder holds a run of another network; choose another one for this run"
            ) from error
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in checkpoint.part("optimiser").items():
            index, entry = name.split(".")
            state.setdefault(int(index), {})[entry] = value
        self.optimiser.load_state_dict({**self.optimiser.state_dict(), "state": state})
        self.step, self.elapsed_s = checkpoint.step, checkpoint.elapsed_s
        self.history = list(checkpoint.history)
