from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from app import cli
from app.commands import torchrun
from app.commands.bank_arguments import bank_of
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
        ("fold", "aligner", "--model"),
        ("train", "aligner", "--size"),
        ("train", "finder", "--finder"),
        ("fold", "aligner", "--imitate"),
        ("fold", "finder", "--finder"),
    ],
)
def test_an_option_of_the_other_network_is_refused(
    capsys: pytest.CaptureFixture[str], command: str, network: str, option: str
) -> None:
    value = "light" if option == "--model" else "1"
    argv = [command, network, option, value, "--bank", "bank", "--out", "out", *TRAINING[2:]]
    if command == "fold":
        argv += ["--weights", "trained.safetensors", "--models", "models"]
    assert cli.run_command(argv) == 2
    owner = "aligner" if network == "finder" else "finder"
    assert f"{command}: {option} is for the {owner}" in capsys.readouterr().err


def test_weights_have_a_preset_already(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ("--model", "light", "--bank", "bank", "--out", "out", *TRAINING)
    assert train("finder", "--init", "weights.safetensors", *argv) == 2
    assert cli.run_command(["fold", "--weights", "weights.safetensors", "--models", "models", *argv]) == 2
    assert cli.run_command(["distill", "pool", "--labels", "l", "--init", "w", "--student", *argv[1:]]) == 2
    assert capsys.readouterr().err.count("a preset already; leave") == 3


@pytest.mark.parametrize(
    "command",
    [("train",), ("fold", "--weights", "w", "--models", "m"), ("distill", "pool", "--labels", "l")],
    ids=lambda command: command[0],
)
def test_a_device_that_is_not_there_is_said_before_a_bank_is_rendered(
    command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = (*command, "--bank", tmp_path / "bank", "--out", tmp_path / "out", *TRAINING, "--device", "cuda:77")
    assert cli.run_command([str(argument) for argument in argv]) == 1
    assert "cuda:77 is no device that can be used here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_another_network_is_not_gone_on_with(
    bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("--bank", bank_folder, "--out", tmp_path, *TRAINING[2:])
    assert train("finder", "--size", "64", *argv) == 0
    assert train("aligner", *argv) == 1
    assert "the folder holds a run of another network; choose another one" in capsys.readouterr().err


def test_the_record_says_what_the_bank_was_made_of(bank_folder: Path, tmp_path: Path) -> None:
    assert train("finder", "--bank", bank_folder, "--out", tmp_path, *TRAINING) == 0
    bank = json.loads((tmp_path / "weights.json").read_text())["bank"]
    assert (bank["seed"], bank["cards"], bank["backdrops"], bank["photos"]) == (0, 2, 1, 0)


def test_each_of_torchruns_processes_has_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    for name, value in {"WORLD_SIZE": "2", "RANK": "1", "LOCAL_RANK": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "set_device", done.append)
    monkeypatch.setattr(torch.distributed, "init_process_group", done.append)
    monkeypatch.setattr(torch.distributed, "destroy_process_group", lambda: done.append("left"))

    with torchrun.joined("cuda"):
        done.append("trained")

    assert done == [1, "nccl", "trained", "left"]


def test_of_torchruns_processes_the_first_alone_renders_the_bank(
    bank_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others wait until it is there."""
    folder = tmp_path / "bank"
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setattr(torchrun, "wait_for_all", lambda: shutil.copytree(bank_folder, folder))

    bank = bank_of(argparse.Namespace(bank=folder, backgrounds=None), "train")

    assert len(bank.cards) == 2
