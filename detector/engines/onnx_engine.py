"""The networks on the CPU, in ONNX Runtime, with their normalisation folded. Does not import torch."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from detector.engines import AlignerResult, FinderResult
from detector.errors import ModelFileError
from detector.network.config import AlignerConfig, FinderConfig

MAX_THREADS = 4


class OnnxEngine:
    """Runs `finder.onnx` and `aligner.onnx` of a folder."""

    def __init__(self, models: Path, threads: int | None = None) -> None:
        """Load the networks.

        Args:
            models: Folder of the model files.
            threads: Compute threads; by default one a core, at most four, since the networks are small.

        Raises:
            ModelFileError: a model file is missing, damaged or of another version.
        """
        threads = threads or min(MAX_THREADS, os.cpu_count() or 1)
        self._finder, finder_config = _open(models / "finder.onnx", "finder", threads)
        self._aligner, aligner_config = _open(models / "aligner.onnx", "aligner", threads)
        try:
            self.finder_config = FinderConfig.from_json(finder_config)
            self.aligner_config = AlignerConfig.from_json(aligner_config)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError("the model files belong to another version; reinstall Cardlight") from error

    @property
    def device(self) -> str:
        """What it runs on, for people to read."""
        return "CPU (ONNX Runtime)"

    def find(self, image: NDArray[np.float32]) -> FinderResult:
        """Run the finder on one picture (1, 3, H, W)."""
        scores, corners = self._finder.run(None, {"image": image})
        return FinderResult(scores[0], corners[0])

    def align(self, views: NDArray[np.float32]) -> AlignerResult:
        """Run the aligner on views (N, 3, height, width)."""
        return AlignerResult(*self._aligner.run(None, {"views": views}))


def _open(path: Path, kind: str, threads: int) -> tuple[onnxruntime.InferenceSession, str]:
    if not path.is_file():
        raise ModelFileError(f"{path.name} is missing; reinstall Cardlight")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads of the one network must not spin while the other one works.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelFileError(f"{path.name} can't be loaded: it is damaged or no model; reinstall Cardlight") from error
    metadata = session.get_modelmeta().custom_metadata_map
    if metadata.get("kind") != kind or "config" not in metadata:
        raise ModelFileError(f"{path.name} holds no {kind}; reinstall Cardlight")
    return session, metadata["config"]
