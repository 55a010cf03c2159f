from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from detector.bench.complexity import Cost
from detector.bench.cuda import CudaComparison, Load, _bytes_moved, compare_on_cuda
from detector.bench.cuda_table import to_markdown
from detector.errors import DeviceUnavailableError

FRAME = np.full((90, 160, 3), 90, np.uint8)
LOAD = Load(repeats=2, frames_at_once=(2,), detectors=(1, 2), seconds=0.1, batches=(1,))


@pytest.fixture(scope="module")
def comparison() -> CudaComparison:
    """All that is measured on a GPU, on the CPU."""
    return compare_on_cuda(FRAME, FRAME, load=LOAD, device="cpu")


def test_pipelines_batches_and_networks_are_measured(comparison: CudaComparison) -> None:
    assert len(comparison.pipelines) == 6
    assert all(one.median_ms > 0 and one.repeats == 2 for one in comparison.pipelines.values())
    assert comparison.batches[2] > 0
    assert all(fps > 0 for fps in comparison.detectors.values())
    assert [(one.model, one.batch) for one in comparison.networks] == [
        ("Cardlight's finder", 1),
        ("ResNet-50 RetinaNet", 1),
    ]
    assert all(0 < one.bandwidth_share < 10 for one in comparison.networks)


def test_weights_are_moved_once_for_a_batch() -> None:
    cost = Cost(multiply_adds=1, parameters=100, memory_bytes=1000)
    assert _bytes_moved(cost, 1) == 1000
    assert _bytes_moved(cost, 3) == 3 * 600 + 400


def test_it_is_told_as_a_table_and_as_json(comparison: CudaComparison) -> None:
    text = to_markdown(comparison)
    assert "| Cardlight, quick search |" in text
    assert "| one detector, 2 frames at once |" in text
    assert json.loads(json.dumps(comparison.to_json()))["picture_px"] == [160, 90]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU")
def test_without_a_gpu_it_says_so() -> None:
    with pytest.raises(DeviceUnavailableError, match=r"^no CUDA GPU can be used here; "):
        compare_on_cuda(FRAME, FRAME)
