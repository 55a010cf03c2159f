from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from app import cli
from detector.engines.onnx_engine import OnnxFinder


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
