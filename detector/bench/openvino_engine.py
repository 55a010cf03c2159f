"""The finders that are compared, in OpenVINO, where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.bench.boxes import BoxNetwork
from detector.bench.errors import EngineUnavailableError
from detector.bench.models import SIDE_PX


def require_openvino() -> None:
    """Check that OpenVINO is installed, without importing it.

    Raises:
        EngineUnavailableError: it is not.
    """
    if importlib.util.find_spec("openvino") is None:
        raise EngineUnavailableError("it is not installed (pip install openvino)")


def box_network(path: Path, threads: int) -> BoxNetwork:
    """An ONNX network of one picture of 320 x 320 to scores and offsets, in single precision like everybody's.

    Raises:
        EngineUnavailableError: OpenVINO is not installed.
    """
    require_openvino()
    # On its import OpenVINO would report itself to its makers, with this package.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # an import of it now fails
    openvino: Any = importlib.import_module("openvino")
    core = openvino.Core()
    model = core.read_model(path)
    model.reshape([1, 3, SIDE_PX, SIDE_PX])
    network = core.compile_model(
        model,
        "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"},
    )

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        outputs = network(picture)
        return outputs[0], outputs[1]

    return call
