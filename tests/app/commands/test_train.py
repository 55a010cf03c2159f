from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app import cli
from detector.network.config import LIGHT, RESNET18
from detector.network.retinanet import RetinaNet
from detector.network.weights import read_finder, write_tensors, write_weights

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


def test_a_shallower_finder_imitates_the_one_that_it_comes_from(
    bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep, other = tmp_path / "deep.safetensors", tmp_path / "other.safetensors"
    stages = tuple(replace(stage, depth=stage.depth + 1) for stage in LIGHT.stages)
    write_weights(deep, RetinaNet(replace(LIGHT, norm="affine", stages=stages)))
    write_weights(other, RetinaNet(replace(LIGHT, pyramid_channels=64)))
    argv = ("--init", deep, "--bank", bank_folder, *TRAINING)

    assert train("finder", *argv, "--imitate", deep, "--out", tmp_path / "out") == 0
    assert read_finder(tmp_path / "out" / "weights.safetensors").config == replace(LIGHT, norm="affine")
    assert "train_imitation" in (tmp_path / "out" / "curves.csv").read_text()

    assert train("finder", *argv, "--imitate", other, "--out", tmp_path / "none") == 1
    assert "their pyramids are not alike" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "network", "option"),
    [
        ("train", "aligner", "--imitate"),
        ("train", "aligner", "--webcam-share"),
        ("train", "aligner", "--backbone"),
        ("train", "finder", "--finder"),
        ("fold", "aligner", "--imitate"),
        ("fold", "finder", "--finder"),
    ],
)
def test_an_option_of_the_other_network_is_refused(
    capsys: pytest.CaptureFixture[str], command: str, network: str, option: str
) -> None:
    argv = [command, network, option, "1", "--bank", "bank", "--out", "out", *TRAINING]
    if command == "fold":
        argv += ["--weights", "trained.safetensors", "--models", "models"]
    assert cli.run_command(argv) == 2
    owner = "aligner" if network == "finder" else "finder"
    assert f"{command}: {option} is for the {owner}" in capsys.readouterr().err
