from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from detector.engines.torch_engine import TorchEngine
from detector.errors import ModelFileError


def test_it_says_what_it_runs_on(models: Path) -> None:
    assert TorchEngine(models, "cpu").device == "CPU (torch)"


def test_a_missing_file_is_named(models: Path, tmp_path: Path) -> None:
    shutil.copy(models / "finder.safetensors", tmp_path)
    with pytest.raises(ModelFileError, match=r"^aligner\.safetensors is missing$"):
        TorchEngine(tmp_path, "cpu")
