"""The networks in torch: on CUDA, and as the reference that the ONNX engine is tested against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from detector.engines import AlignerResult, FinderResult
from detector.network.aligner import Aligner, AlignerOutput
from detector.network.retinanet import FinderOutput, RetinaNet
from detector.network.weights import read_aligner, read_finder


def cuda_is_available() -> bool:
    """Whether this torch sees a CUDA GPU."""
    return torch.cuda.is_available()


class TorchFinder:
    """Runs a finder with a corner head."""

    def __init__(self, network: RetinaNet, device: torch.device) -> None:
        """Move the network to the device."""
        self._network, self._device = network.eval().to(device), device
        self.config = network.config

    @torch.inference_mode()
    def find(self, image: NDArray[np.float32]) -> FinderResult:
        """Run the finder on one picture (1, 3, H, W)."""
        output: FinderOutput = self._network(torch.from_numpy(image).to(self._device) / 255)
        assert output.corners is not None
        return FinderResult(output.logits[0, :, 0].sigmoid().cpu().numpy(), output.corners[0].cpu().numpy())


class TorchAligner:
    """Runs an aligner."""

    def __init__(self, network: Aligner, device: torch.device) -> None:
        """Move the network to the device."""
        self._network, self._device = network.eval().to(device), device
        self.config = network.config

    @torch.inference_mode()
    def align(self, views: NDArray[np.float32]) -> AlignerResult:
        """Run the aligner on views (N, 3, height, width)."""
        output: AlignerOutput = self._network(torch.from_numpy(views).to(self._device) / 255)
        return AlignerResult(
            output.corners.cpu().numpy(),
            output.rotation.softmax(dim=-1).cpu().numpy(),
            output.card.sigmoid().cpu().numpy(),
        )


class TorchEngine:
    """Runs the `finder.safetensors` and the `aligner.safetensors` of a folder."""

    def __init__(self, models: Path, device: str) -> None:
        """Load the networks onto torch's `device`.

        Raises:
            ModelFileError: a model file is missing, damaged or of another version.
        """
        self._device = torch.device(device)
        self._finder = TorchFinder(read_finder(models / "finder.safetensors"), self._device)
        self._aligner = TorchAligner(read_aligner(models / "aligner.safetensors"), self._device)
        self.finder_config = self._finder.config
        self.aligner_config = self._aligner.config

    @property
    def device(self) -> str:
        """What it runs on, for people to read."""
        if self._device.type == "cuda":
            return f"{torch.cuda.get_device_name(self._device)} (CUDA)"
        return "CPU (torch)"

    def find(self, image: NDArray[np.float32]) -> FinderResult:
        """Run the finder on one picture (1, 3, H, W)."""
        return self._finder.find(image)

    def align(self, views: NDArray[np.float32]) -> AlignerResult:
        """Run the aligner on views (N, 3, height, width)."""
        return self._aligner.align(views)
