"""Checkpoints: all that a run needs to go on exactly where it stopped.

Weights, their moving average, the optimiser's moments, the step and the history, as safetensors, never pickle.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from detector.errors import ModelFileError
from detector.network.weights import Tensors, read_tensors, write_tensors


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything a run needs to go on. Tensors are named `model.*`, `average.*` and `optimiser.*`."""

    tensors: Tensors
    step: int
    elapsed_s: float
    history: list[dict[str, float]]

    def part(self, name: str) -> Tensors:
        """The tensors of one part, without its prefix."""
        prefix = name + "."
        return {key.removeprefix(prefix): value for key, value in self.tensors.items() if key.startswith(prefix)}


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint whole or not at all; `read_checkpoint` inverts it."""
    state = {"step": checkpoint.step, "elapsed_s": checkpoint.elapsed_s, "history": checkpoint.history}
    write_tensors(path, checkpoint.tensors, {"state": json.dumps(state)})


def read_checkpoint(path: Path) -> Checkpoint:
    """Inverse of `write_checkpoint`.

    Raises:
        ModelFileError: the file is missing or damaged.
    """
    tensors, metadata = read_tensors(path)
    try:
        return Checkpoint(tensors=tensors, **json.loads(metadata["state"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path.name} is no checkpoint of a training run; start without it") from error
