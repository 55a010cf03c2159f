"""Networks in ONNX files: any one alone, and those that give boxes. Does not import torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as onnxruntime_errors

from detector.bench.boxes import BoxNetwork
from detector.errors import ModelFileError

# What free dimensions are taken as, by axis: one picture of the size to which a 16:9 frame is brought.
FREE_PX = {0: 1, 1: 3, 2: 192, 3: 320}
_ELEMENT_TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(float16)": np.float16}

_SESSION_ERRORS = (
    onnxruntime_errors.Fail,
    onnxruntime_errors.InvalidArgument,
    onnxruntime_errors.InvalidGraph,
    onnxruntime_errors.InvalidProtobuf,
    onnxruntime_errors.NoModel,
    onnxruntime_errors.NotImplemented,
    onnxruntime_errors.RuntimeException,
)


def onnx_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on the CPU with this many threads.

    Raises:
        ModelFileError: the file can't be read as an ONNX network.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        data = path.read_bytes()
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except OSError as error:
        raise ModelFileError(f"{path}: can't be read ({error.strerror})") from error
    except _SESSION_ERRORS as error:
        raise ModelFileError(f"{path}: is not an ONNX network that ONNX Runtime can run") from error


def network_alone(path: Path, threads: int) -> Callable[[], object]:
    """A call that runs an ONNX network once on random values of its own input shapes.

    Free dimensions are taken as one picture of 320 x 192, the size to which a 16:9 frame is brought.

    Raises:
        ModelFileError: the file is no ONNX network, or has inputs of other types than float and uint8.
    """
    session = onnx_session(path, threads)
    inputs = {entry.name: _random_input(path, entry) for entry in session.get_inputs()}
    return lambda: session.run(None, inputs)


def box_network(path: Path, threads: int) -> BoxNetwork:
    """An ONNX network of one picture to scores and offsets.

    Raises:
        ModelFileError: the file is no ONNX network.
    """
    session = onnx_session(path, threads)
    name = session.get_inputs()[0].name

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        scores, offsets = session.run(None, {name: picture})
        return scores, offsets

    return call


def _random_input(path: Path, entry: onnxruntime.NodeArg) -> NDArray[np.generic]:
    if entry.type not in _ELEMENT_TYPES:
        raise ModelFileError(f"{path}: takes an input of {entry.type}; only pictures of floats or uint8 are timed")
    shape = [size if isinstance(size, int) else FREE_PX.get(axis, 1) for axis, size in enumerate(entry.shape)]
    values = np.random.default_rng(0).random(shape, np.float32)
    kind = _ELEMENT_TYPES[entry.type]
    return (255 * values if kind is np.uint8 else values).astype(kind)
