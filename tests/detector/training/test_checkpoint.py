from __future__ import annotations

from pathlib import Path

import pytest
import torch

from detector.errors import ModelFileError
from detector.network.weights import write_tensors
from detector.training.checkpoint import Checkpoint, read_checkpoint, write_checkpoint


def test_a_checkpoint_is_read_as_it_was_written(tmp_path: Path) -> None:
    tensors = {"model.a": torch.rand(2, 3), "average.a": torch.rand(2, 3), "optimiser.0.step": torch.tensor(7.0)}
    history = [{"step": 3.0, "train_loss": 0.1 + 0.2}]
    write_checkpoint(tmp_path / "run.safetensors", Checkpoint(tensors, 7, 1.5, history))
    read = read_checkpoint(tmp_path / "run.safetensors")
    assert (read.step, read.elapsed_s, read.history) == (7, 1.5, history)
    assert read.tensors.keys() == tensors.keys()
    assert all(torch.equal(read.tensors[name], tensor) for name, tensor in tensors.items())


def test_parts_are_without_their_prefix() -> None:
    one, two = torch.ones(1), torch.ones(2)
    checkpoint = Checkpoint({"model.a.b": one, "models.c": two, "average.a.b": two}, 0, 0, [])
    assert checkpoint.part("model") == {"a.b": one}


@pytest.mark.parametrize("metadata", [{}, {"state": "no JSON"}, {"state": "{}"}, {"state": "[1]"}])
def test_other_files_are_refused(metadata: dict[str, str], tmp_path: Path) -> None:
    write_tensors(tmp_path / "run.safetensors", {"a": torch.zeros(1)}, metadata)
    with pytest.raises(ModelFileError, match=r"^run\.safetensors is no checkpoint of a training run"):
        read_checkpoint(tmp_path / "run.safetensors")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelFileError, match="damaged"):
        read_checkpoint(tmp_path / "run.safetensors")
