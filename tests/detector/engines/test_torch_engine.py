from __future__ import annotations

import shutil
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from detector.detector import Detector, Search
from detector.engines.onnx_engine import OnnxEngine
from detector.engines.torch_engine import TorchEngine
from detector.errors import ModelFileError
from detector.geometry import quad_iou
from resources import MODELS_FOLDER, SAMPLES_FOLDER


def test_it_says_what_it_runs_on(models: Path) -> None:
    assert TorchEngine(models, "cpu").device == "CPU (torch)"


def test_a_missing_file_is_named(models: Path, tmp_path: Path) -> None:
    shutil.copy(models / "finder.safetensors", tmp_path)
    with pytest.raises(ModelFileError, match=r"^aligner\.safetensors is missing$"):
        TorchEngine(tmp_path, "cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
@pytest.mark.parametrize("count", [1, 3, 70])
def test_a_gpu_gives_what_the_cpu_gives(count: int, models: Path) -> None:
    gpu, cpu = TorchEngine(models, "cuda"), TorchEngine(models, "cpu")
    pictures = np.random.default_rng(count).integers(0, 256, (count, 64, 128, 3), np.uint8)
    for _ in range(2):  # recorded, and replayed
        found, expected = gpu.find(pictures), cpu.find(pictures)
        np.testing.assert_allclose(found.scores, expected.scores, atol=5e-3)
        np.testing.assert_allclose(found.corners, expected.corners, atol=2e-2)
    views = np.random.default_rng(count).integers(0, 256, (count, 32, 64, 3), np.uint8)
    seen, wanted = gpu.align(views), cpu.align(views)
    np.testing.assert_allclose(seen.corners, wanted.corners, atol=0.1)
    np.testing.assert_allclose(seen.rotation, wanted.rotation, atol=1e-2)
    np.testing.assert_allclose(seen.card, wanted.card, atol=1e-2)


@pytest.mark.parametrize(
    "device",
    ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU"))],
)
@pytest.mark.parametrize("search", ["quick", "thorough"])
def test_pre_processed_on_its_device_or_by_opencv_the_same_cards_are_found(device: str, search: Search) -> None:
    """With the weights that ship, on the sample pictures, all at once."""
    pictures = [cv2.imread(str(path)) for path in sorted(SAMPLES_FOLDER.glob("*.jpg"))]
    torch_detector = Detector(TorchEngine(MODELS_FOLDER, device), search=search)
    found = torch_detector.detect_batch(pictures)
    expected = Detector(OnnxEngine(MODELS_FOLDER, 1), search=search).detect_batch(pictures)
    assert [len(cards) for cards in found] == [len(cards) for cards in expected]
    assert sum(map(len, found)) >= len(pictures) - 1
    for ours, other in zip(chain(*found), chain(*expected), strict=True):
        assert ours.rotation == other.rotation
        assert ours.score == pytest.approx(other.score, abs=0.05)
        assert quad_iou(ours.quad, other.quad) > 0.985
