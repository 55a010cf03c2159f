"""The networks in torch: on CUDA, and as the reference that the ONNX engine is tested against.

On CUDA they run in half precision with channels last, which is how pictures lie in memory, and as CUDA graphs: the
networks are so small that starting their kernels one by one takes longer than the kernels. A graph is recorded for each
shape of input when it first comes, and holds the transfer of the results, too. Pictures are brought to the device
whole, and pre-processed there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.engines import AlignerResult, FinderResult
from detector.engines.torch_pyramid import TorchPyramid
from detector.geometry import Image
from detector.image_pyramid import Pyramid
from detector.network.aligner import Aligner
from detector.network.retinanet import RetinaNet
from detector.network.runtime import RuntimeAligner, RuntimeFinder
from detector.network.weights import read_aligner, read_finder

# A batch is padded to one of these sizes, so that few graphs are recorded; a larger one is cut.
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
_WARM_UP_RUNS = 3

# Bytes (N, H, W, 3), in the machine's memory or on the device.
Pictures = NDArray[np.uint8] | Tensor

_Forward = Callable[[Tensor], tuple[Tensor, ...]]


def cuda_is_available() -> bool:
    """Whether this torch sees a CUDA GPU."""
    return torch.cuda.is_available()


class TorchFinder:
    """Runs a finder with a corner head."""

    def __init__(self, network: RetinaNet, device: torch.device) -> None:
        """Move a copy of the network to the device."""
        self._network = TorchNetwork(RuntimeFinder(network), device)
        self.config = network.config

    def find(self, pictures: Pictures) -> FinderResult:
        """Run the finder on pictures (N, H, W, 3)."""
        scores, corners = self._network.run(pictures)
        return FinderResult(scores, corners)


class TorchAligner:
    """Runs an aligner."""

    def __init__(self, network: Aligner, device: torch.device) -> None:
        """Move a copy of the network to the device."""
        self._network = TorchNetwork(RuntimeAligner(network), device)
        self.config = network.config

    def align(self, views: Pictures) -> AlignerResult:
        """Run the aligner on views (N, height, width, 3)."""
        corners, rotation, card = self._network.run(views)
        return AlignerResult(corners, rotation, card)


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

    def pyramid(self, image: Image) -> Pyramid:
        """A picture where the engine reads it: on its device."""
        return TorchPyramid(image, self._device)

    def find(self, pictures: Pictures) -> FinderResult:
        """Run the finder on pictures (N, H, W, 3)."""
        return self._finder.find(pictures)

    def align(self, views: Pictures) -> AlignerResult:
        """Run the aligner on views (N, height, width, 3)."""
        return self._aligner.align(views)


class TorchNetwork:
    """A network from bytes (N, H, W, 3) to arrays of N entries, on a device. Not for several threads at once."""

    def __init__(self, network: nn.Module, device: torch.device) -> None:
        """Move a network, which takes (N, 3, H, W) of 0 to 255 and gives several tensors, to the device."""
        self._device = device
        self._dtype = torch.float16 if device.type == "cuda" else torch.float32
        self._network = network.eval().to(device, self._dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._graphs: dict[tuple[int, ...], _Graph] = {}

    @torch.inference_mode()
    def run(self, pictures: Pictures) -> tuple[NDArray[np.float32], ...]:
        """Run the network on one or more pictures."""
        if self._device.type != "cuda":
            return tuple(values.numpy() for values in self._forward(torch.as_tensor(pictures)))
        largest = BATCH_SIZES[-1]
        parts = [self._run_graph(pictures[start : start + largest]) for start in range(0, len(pictures), largest)]
        return parts[0] if len(parts) == 1 else tuple(np.concatenate(values) for values in zip(*parts, strict=True))

    def _forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = self._network(pictures.permute(0, 3, 1, 2).to(self._dtype))
        return tuple(values.float() for values in outputs)

    def _run_graph(self, pictures: Pictures) -> tuple[NDArray[np.float32], ...]:
        size = next(size for size in BATCH_SIZES if size >= len(pictures))
        shape = (size, *pictures.shape[1:])
        if shape not in self._graphs:
            self._graphs[shape] = _Graph(self._forward, shape, self._device)
        return self._graphs[shape].replay(pictures)


class _Graph:
    """A computation on an input of one shape, recorded with the transfer of its results."""

    def __init__(self, forward: _Forward, shape: tuple[int, ...], device: torch.device) -> None:
        self._staged = torch.zeros(shape, dtype=torch.uint8, pin_memory=True)
        self._input = torch.zeros(shape, dtype=torch.uint8, device=device)
        self._graph = torch.cuda.CUDAGraph()
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(self._stream):
            for _ in range(_WARM_UP_RUNS):  # outside of the graph: the libraries choose their kernels
                outputs = forward(self._input)
            self._results = [torch.empty(one.shape, dtype=one.dtype, pin_memory=True) for one in outputs]
            self._stream.synchronize()
            # Other threads may use the GPU in the meantime.
            with torch.cuda.graph(self._graph, stream=self._stream, capture_error_mode="thread_local"):
                outputs = forward(self._input)
                for result, output in zip(self._results, outputs, strict=True):
                    result.copy_(output, non_blocking=True)

    def replay(self, pictures: Pictures) -> tuple[NDArray[np.float32], ...]:
        """Run on at most as many pictures as were recorded; what fills the batch up is not given back."""
        count = len(pictures)
        if isinstance(pictures, Tensor):
            source = pictures
        else:
            self._staged.numpy()[:count] = pictures
            source = self._staged[:count]
        # What is on the device was made on this thread's own stream.
        self._stream.wait_stream(torch.cuda.current_stream(self._input.device))
        with torch.cuda.stream(self._stream):
            self._input[:count].copy_(source, non_blocking=True)
            self._graph.replay()
        self._stream.synchronize()
        return tuple(result.numpy()[:count].copy() for result in self._results)
