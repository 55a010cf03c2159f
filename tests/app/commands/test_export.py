from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
import torch

from app import cli
from detector.engines.onnx_engine import OnnxFinder
from detector.network.config import ARTICLE
from detector.network.retinanet import RetinaNet
from detector.network.weights import read_finder, write_weights
from detector.training.record import hash_of


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The finder's weights that ship, with their record, in a folder of their own."""
    with as_file(files("resources") / "models") as models:
        for suffix in ("safetensors", "json"):
            shutil.copy(models / f"finder.{suffix}", tmp_path / f"weights.{suffix}")
    return tmp_path / "weights.safetensors"


# torch's own exporter warns of torch's own deprecations.
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_what_is_exported_is_what_was_trained_with_its_record(shipped: Path, tmp_path: Path) -> None:
    out = tmp_path / "models"
    assert cli.run_command(["export", "finder", "--weights", str(shipped), "--models", str(out)]) == 0
    assert json.loads((out / "finder.json").read_text()) == json.loads(shipped.with_suffix(".json").read_text())
    picture = np.random.default_rng(0).integers(0, 256, (1, 64, 128, 3), np.uint8)
    with as_file(files("resources") / "models") as models:
        expected = OnnxFinder(models / "finder.onnx", threads=1).find(picture)
    found = OnnxFinder(out / "finder.onnx", threads=1).find(picture)
    np.testing.assert_allclose(found.corners, expected.corners, atol=1e-3)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-4)


def test_weights_that_are_not_folded_are_refused(
    teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "models"
    assert cli.run_command(["export", "finder", "--weights", str(teacher), "--models", str(out)]) == 1
    assert "is not folded yet" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("command", ["export", "fold"])
def test_models_that_are_to_go_into_a_file_are_refused_before_any_work(
    command: str, shipped: Path, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    argv = [command, "finder", "--weights", str(shipped), "--models", str(tmp_path / "file")]
    if command == "fold":
        argv += ["--bank", str(bank_folder), "--out", str(tmp_path / "out"), "--steps", "1"]
    assert cli.run_command(argv) == 1
    assert "file: the folder cannot be written to (a file has its name)" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_the_mean_of_two_runs_says_so(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, out = tmp_path / "other.safetensors", tmp_path / "models"
    changed = read_finder(shipped)
    for parameter in changed.parameters():
        parameter.data += 0.5
    write_weights(other, changed)
    argv = ["export", "finder", "--weights", str(shipped), "--models", str(out)]
    assert cli.run_command([*argv, "--mean-with", str(other)]) == 0

    mean, first = read_finder(out / "finder.safetensors").state_dict(), read_finder(shipped).state_dict()
    for name, value in first.items():
        torch.testing.assert_close(mean[name], value + 0.25, atol=2e-3, rtol=2e-3)
    record = json.loads((out / "finder.json").read_text())
    assert record["mean_with"] == {"file": "other.safetensors", "sha256": hash_of(other)}

    assert cli.run_command(argv) == 2
    assert "there is such a file already" in capsys.readouterr().err

    write_weights(other, RetinaNet(ARTICLE))
    assert cli.run_command([*argv, "--mean-with", str(other), "--overwrite"]) == 1
    assert "different shapes" in capsys.readouterr().err
