"""The networks on the CPU, in ONNX Runtime, with their normalisation folded. Does not import torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as status

from detector.engines import AlignerResult, FinderResult
from detector.errors import ModelFileError
from detector.geometry import Image
from detector.image_pyramid import ImagePyramid
from detector.network.anchors import anchor_boxes
from detector.network.config import AlignerConfig, FinderConfig
from detector.preprocess import as_network_input

_Shape = tuple[int | None, ...]

MAX_THREADS = 4
# ONNX Runtime's errors have no base class of their own.
LOADING_ERRORS = (
    status.Fail,
    status.InvalidArgument,
    status.InvalidGraph,
    status.InvalidProtobuf,
    status.NotImplemented,
    status.RuntimeException,
    RuntimeError,
    ValueError,
    OSError,
)


class OnnxFinder:
    """Runs a `finder.onnx`."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load the network.

        Raises:
            ModelFileError: the file is missing, damaged or of another version.
        """
        self._session, config = _open(path, "finder", threads)
        with _as_model_file_error(path):
            self.config = FinderConfig.from_json(config)
        _check_shapes(
            path, self._session, {"image": (1, 3, None, None)}, {"scores": (1, None), "corners": (1, None, 8)}
        )
        self._check_anchors(path)

    def _check_anchors(self, path: Path) -> None:
        """Run it on the smallest picture, 2 ms: the shapes of its outputs alone don't say how many anchors it has."""
        side_px = self.config.anchors.strides[-1]
        try:
            scores, corners = self.find(np.zeros((1, side_px, side_px, 3), np.uint8))
        except LOADING_ERRORS as error:
            raise _of_another_version(path) from error
        anchors = len(anchor_boxes(self.config.anchors, side_px, side_px))
        if scores.shape != (1, anchors) or corners.shape != (1, anchors, 8):
            raise _of_another_version(path)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        """Run the finder on pictures (N, H, W, 3), one after the other: a core has enough to do with one."""
        results = [self._session.run(None, {"image": image[None]}) for image in as_network_input(pictures)]
        scores, corners = (np.concatenate(parts) for parts in zip(*results, strict=True))
        return FinderResult(scores, corners)


class OnnxAligner:
    """Runs an `aligner.onnx`."""

    def __init__(self, path: Path, threads: int) -> None:
        """Load the network.

        Raises:
            ModelFileError: the file is missing, damaged or of another version.
        """
        self._session, config = _open(path, "aligner", threads)
        with _as_model_file_error(path):
            self.config = AlignerConfig.from_json(config)
        views = (None, 3, self.config.view_height_px, self.config.view_width_px)
        outputs = {"corners": (None, 4, 2), "rotation": (None, 4), "card": (None,)}
        _check_shapes(path, self._session, {"views": views}, outputs)

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        """Run the aligner on views (N, height, width, 3)."""
        return AlignerResult(*self._session.run(None, {"views": as_network_input(views)}))


class OnnxEngine:
    """Runs the `finder.onnx` and the `aligner.onnx` of a folder."""

    def __init__(self, models: Path, threads: int | None = None) -> None:
        """Load the networks.

        Args:
            models: Folder of the model files.
            threads: Compute threads; by default one a core, at most four, since the networks are small.

        Raises:
            ModelFileError: a model file is missing, damaged or of another version.
        """
        threads = threads or min(MAX_THREADS, os.cpu_count() or 1)
        self._finder = OnnxFinder(models / "finder.onnx", threads)
        self._aligner = OnnxAligner(models / "aligner.onnx", threads)
        self.finder_config = self._finder.config
        self.aligner_config = self._aligner.config

    @property
    def device(self) -> str:
        """What it runs on, for people to read."""
        return "CPU (ONNX Runtime)"

    def pyramid(self, image: Image) -> ImagePyramid:
        """A picture where the engine reads it: in the machine's memory."""
        return ImagePyramid(image)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        """Run the finder on pictures (N, H, W, 3)."""
        return self._finder.find(pictures)

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        """Run the aligner on views (N, height, width, 3)."""
        return self._aligner.align(views)


@contextmanager
def _as_model_file_error(path: Path) -> Iterator[None]:
    """Say of a configuration that can't be read that the file is of another version."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise _of_another_version(path) from error


def _of_another_version(path: Path) -> ModelFileError:
    return ModelFileError(f"{path.name} belongs to another version; reinstall Cardlight")


def _check_shapes(
    path: Path, session: onnxruntime.InferenceSession, inputs: Mapping[str, _Shape], outputs: Mapping[str, _Shape]
) -> None:
    """Compare a network's inputs and outputs with what its configuration says; a free length is None.

    Raises:
        ModelFileError: they differ.
    """
    for given, wanted in ((session.get_inputs(), inputs), (session.get_outputs(), outputs)):
        names = [one.name for one in given]
        if names != list(wanted) or not all(_fits(one, wanted[one.name]) for one in given):
            raise _of_another_version(path)


def _fits(given: onnxruntime.NodeArg, wanted: _Shape) -> bool:
    # A free length has a name, or none.
    lengths = tuple(length if isinstance(length, int) else None for length in given.shape)
    return given.type == "tensor(float)" and lengths == wanted


def _open(path: Path, kind: str, threads: int) -> tuple[onnxruntime.InferenceSession, str]:
    if not path.is_file():
        raise ModelFileError(f"{path.name} is missing; reinstall Cardlight")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads wait for the next layer awake, which saves a fifth of the time; but not for long, and not when the network
    # is done: they would take the other network's cores.
    options.add_session_config_entry("session.intra_op.spin_duration_us", "50")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except LOADING_ERRORS as error:
        raise ModelFileError(f"{path.name} can't be loaded: it is damaged or no model; reinstall Cardlight") from error
    metadata = session.get_modelmeta().custom_metadata_map
    if metadata.get("kind") != kind or "config" not in metadata:
        raise ModelFileError(f"{path.name} holds no {kind}; reinstall Cardlight")
    return session, metadata["config"]
