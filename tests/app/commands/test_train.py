from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app import cli
from detector.network.config import LIGHT, RESNET18
from detector.network.weights import read_finder, write_tensors

TRAINING = ("--size", "64", "--batch", "1", "--steps", "1", "--workers", "0", "--validate-every", "1", "--threads", "1")


def train(*argv: object) -> int:
    return cli.run_command(["train", *map(str, argv)])


@pytest.mark.parametrize("option", ["--model", "--preset"])
def test_a_preset_has_two_names_for_its_option(option: str, bank_folder: Path, tmp_path: Path) -> None:
    assert train(option, "light", "--bank", bank_folder, "--out", tmp_path, *TRAINING) == 0
    assert read_finder(tmp_path / "weights.safetensors").config == LIGHT


def test_an_unknown_preset_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        train("finder", "--model", "heavy", "--bank", tmp_path, "--out", tmp_path, *TRAINING)
    assert exit_info.value.code == 2
    assert "resnet18" in capsys.readouterr().err


def test_weights_that_are_no_resnet(bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.safetensors"
    write_tensors(path, {"conv1.weight": torch.zeros(64, 3, 7, 7)}, {})
    argv = ("--backbone", path, "--bank", bank_folder, "--out", tmp_path / "out", *TRAINING)
    assert train("finder", "--model", RESNET18.name, *argv) == 1
    assert "does not hold the weights of a resnet18" in capsys.readouterr().err
    assert train("finder", *argv) == 1
    assert "the preset light has no ResNet" in capsys.readouterr().err
    assert train("aligner", *argv) == 2
    assert "--backbone is for the finder" in capsys.readouterr().err
