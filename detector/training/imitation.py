"""Imitation: a smaller finder learns, beside its labels, to make the pyramid that a larger one makes of a picture.

A label says one thing of a picture, a pyramid tens of thousands. Source: Romero et al., FitNets: Hints for Thin Deep
Nets, 2015, eq. 3.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset

from detector.errors import ModelFileError
from detector.network.aligner import Aligner
from detector.network.config import FinderConfig
from detector.network.retinanet import RetinaNet
from detector.training.finder_data import FinderBatch
from detector.training.synthesis.bank import Bank
from detector.training.tasks import Losses, Metrics, Task, as_input

IMITATION_WEIGHT = 2.0


class ImitationTask:
    """Train a finder as another task does, and beside that on what a `teacher` makes of the same pictures."""

    def __init__(self, task: Task, config: FinderConfig, teacher: RetinaNet) -> None:
        """Join a task, for a finder of the given configuration, with a trained finder.

        Raises:
            ModelFileError: their pyramids can't be compared.
        """
        theirs = teacher.config
        if (config.pyramid_channels, config.anchors.strides) != (theirs.pyramid_channels, theirs.anchors.strides):
            raise ModelFileError(f"a finder {config.name} can't imitate a {theirs.name}: their pyramids are not alike")
        self.name, self.batch_size = task.name, task.batch_size
        self._task = task
        self._teacher = teacher.eval().requires_grad_(False)

    def build(self) -> RetinaNet | Aligner:
        """A fresh finder."""
        return self._task.build()

    def batches(self, bank: Bank, seed: int) -> Dataset[Any]:
        """The other task's batches."""
        return self._task.batches(bank, seed)

    def varied(self, batch: FinderBatch, generator: torch.Generator) -> Any:
        """As for the other task."""
        return self._task.varied(batch, generator)

    def losses(self, model: nn.Module, batch: FinderBatch) -> Losses:
        """The other task's losses, and how far its pyramid is from the teacher's."""
        made: list[list[Tensor]] = []

        def keep(_pyramid: nn.Module, _features: Any, levels: list[Tensor]) -> None:
            made.append(levels)

        with _finder_in(model).pyramid.register_forward_hook(keep):
            losses = self._task.losses(model, batch)
        with torch.no_grad():
            teacher = self._teacher.to(batch.images.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            wanted = teacher.pyramid(teacher.backbone(as_input(batch.images)))
        return losses | {"imitation": IMITATION_WEIGHT * pyramid_distance(made[0], wanted)}

    def validate(self, model: nn.Module, bank: Bank, batches: int, device: torch.device) -> Metrics:
        """As for the other task."""
        return self._task.validate(model, bank, batches, device)


def pyramid_distance(made: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Mean over levels of the squared distance to the wanted map, as a part of the wanted map's own square."""
    parts = [
        functional.mse_loss(ours.float(), theirs.float()) / theirs.float().square().mean()
        for ours, theirs in zip(made, wanted, strict=True)
    ]
    return torch.stack(parts).mean()


def _finder_in(model: nn.Module) -> RetinaNet:
    """The finder itself, whether or not it is wrapped for several processes."""
    return next(part for part in model.modules() if isinstance(part, RetinaNet))
