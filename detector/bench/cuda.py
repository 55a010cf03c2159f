"""The detector on a CUDA GPU, beside the ResNet-50 RetinaNet on the same one, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.bench.boxes import BoxNetwork, find_boxes
from detector.bench.complexity import Cost, profile
from detector.bench.latency import Latency, measure
from detector.bench.models import LIGHT_FINDER, RESNET50_PEER, SIDE_PX
from detector.bench.networks import build, untrained
from detector.detector import Detector, Search
from detector.engines.torch_engine import TorchEngine, TorchNetwork
from detector.errors import DeviceUnavailableError
from detector.geometry import Image
from resources import MODELS_FOLDER

SEARCHES: tuple[Search, ...] = ("quick", "thorough")
_COPIED_BYTES = {"cuda": 2**30, "cpu": 2**24}
_WARM_UP_RUNS = 3
_MOST_BATCHES = 20
_BYTES_OF_FLOAT = 4


@dataclass(frozen=True, slots=True)
class Load:
    """What the benchmark asks for.

    Attributes:
        repeats: Timed calls of each pipeline; of each batch, 20 at most.
        frames_at_once: Numbers of frames that `detect_batch` is given.
        detectors: Numbers of detectors that work at the same time, each in a thread of its own.
        seconds: How long they work.
        batches: Numbers of pictures of 320 x 320 that the networks alone are given.
    """

    repeats: int = 200
    frames_at_once: tuple[int, ...] = (8, 32)
    detectors: tuple[int, ...] = (1, 2, 4)
    seconds: float = 2.0
    batches: tuple[int, ...] = (1, 8, 64, 256)


@dataclass(frozen=True, slots=True)
class Throughput:
    """A network alone, its pictures on the device already.

    Attributes:
        model: For people to read.
        batch: Pictures at once.
        per_s: Pictures a second.
        bandwidth_share: The bytes that its layers read and write, over those that a copy reads and writes in the time.
    """

    model: str
    batch: int
    per_s: float
    bandwidth_share: float


@dataclass(frozen=True, slots=True)
class CudaComparison:
    """What one run measured.

    Attributes:
        device: The GPU.
        versions: Of the libraries.
        picture_px: Width and height of the frame.
        cards: How many cards are found on it.
        large_picture_px: Width and height of the large picture.
        pipelines: From a frame to what is found, one frame at a time; the detector's quick search first.
        batches: Frames a second through `detect_batch`, by how many it is given.
        detectors: Frames a second through so many detectors at the same time, one frame at a time each.
        networks: The networks alone.
        copied_bytes_per_s: What a copy within the device's memory reads and writes.
    """

    device: str
    versions: dict[str, str]
    picture_px: tuple[int, int]
    cards: int
    large_picture_px: tuple[int, int]
    pipelines: dict[str, Latency]
    batches: dict[int, float]
    detectors: dict[int, float]
    networks: tuple[Throughput, ...]
    copied_bytes_per_s: float

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dicts, lists and numbers, named like the attributes."""
        return asdict(self)


def compare_on_cuda(
    frame: Image,
    large: Image,
    *,
    load: Load | None = None,
    device: str = "cuda",
    report: Callable[[str], None] = lambda _step: None,
) -> CudaComparison:
    """Measure the detector on a GPU, and the ResNet-50 RetinaNet with random weights beside it.

    Args:
        frame: The picture for all pipelines, BGR uint8, shape (H, W, 3).
        large: A large one for the detector alone.
        load: What to measure.
        device: Torch's name of the device; "cpu" tries the benchmark itself.
        report: Told what is being done, for people to read.

    Raises:
        DeviceUnavailableError: there is no such GPU.
        ModelFileError: a file that ships is damaged.
    """
    if device != "cpu" and not torch.cuda.is_available():
        raise DeviceUnavailableError("no CUDA GPU can be used here; see: cardlight doctor")
    load, target = load or Load(), torch.device(device)
    report("loading")
    peer = untrained(RESNET50_PEER)
    detectors = {search: _detector(device, search) for search in SEARCHES}
    boxes = {
        f"{RESNET50_PEER.title}, half precision, CUDA graph": _captured(peer, target),
        f"{RESNET50_PEER.title}, as torch runs it": _eager(peer, target),
    }
    quick = detectors["quick"]
    calls: dict[str, Callable[[], object]] = {
        **{f"Cardlight, {search} search": _call(detectors[search].detect, frame) for search in SEARCHES},
        **{f"Cardlight, {search} search, 12 megapixels": _call(detectors[search].detect, large) for search in SEARCHES},
        **{name: _boxes_call(network, frame) for name, network in boxes.items()},
    }
    report("timing")
    pipelines = measure(calls, load.repeats, pause_s=0.0, warm_up_s=0.02)
    report("timing batches")
    repeats = min(load.repeats, _MOST_BATCHES)
    batches = {
        count: count * _per_second(_call(quick.detect_batch, [frame] * count), repeats) for count in load.frames_at_once
    }
    working = {count: _frames_per_s(device, frame, count, load.seconds) for count in load.detectors}
    copied = _copied_bytes_per_s(target, repeats)
    return CudaComparison(
        device=quick.device,
        versions={"torch": torch.__version__, "opencv": cv2.__version__, "numpy": np.__version__},
        picture_px=(frame.shape[1], frame.shape[0]),
        cards=len(quick.detect(frame)),
        large_picture_px=(large.shape[1], large.shape[0]),
        pipelines=pipelines,
        batches=batches,
        detectors=working,
        networks=tuple(_throughputs(target, load.batches, repeats, copied, report)),
        copied_bytes_per_s=copied,
    )


def _detector(device: str, search: Search) -> Detector:
    return Detector(TorchEngine(MODELS_FOLDER, device), search=search)


def _call(function: Callable[[Any], object], argument: object) -> Callable[[], object]:
    return lambda: function(argument)


def _boxes_call(network: BoxNetwork, frame: Image) -> Callable[[], object]:
    return lambda: find_boxes(network, RESNET50_PEER.anchors, frame)


def _eager(network: nn.Module, device: torch.device) -> BoxNetwork:
    """The network as torch runs it without preparation."""
    network = network.to(device)

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.inference_mode():
            scores, offsets = network(torch.from_numpy(picture).to(device))
        return scores.cpu().numpy(), offsets.cpu().numpy()

    return call


def _captured(network: nn.Module, device: torch.device) -> BoxNetwork:
    """The network as Cardlight runs its own."""
    captured = TorchNetwork(_copy(network), device)

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        scores, offsets = captured.run(picture.transpose(0, 2, 3, 1).astype(np.uint8))
        return scores, offsets

    return call


def _copy(network: nn.Module) -> nn.Module:
    other = untrained(RESNET50_PEER)
    other.load_state_dict(network.state_dict())
    return other


def _frames_per_s(device: str, frame: Image, count: int, seconds: float) -> float:
    """Frames a second of so many detectors, each with its next frame as soon as it is done with one."""
    detectors = [_detector(device, "quick") for _ in range(count)]
    for detector in detectors:
        detector.detect(frame)
    start = time.perf_counter()

    def work(detector: Detector) -> int:
        done = 0
        while time.perf_counter() < start + seconds:
            detector.detect(frame)
            done += 1
        return done

    with ThreadPoolExecutor(count) as pool:
        frames = sum(pool.map(work, detectors))
    return frames / (time.perf_counter() - start)


def _per_second(call: Callable[[], object], repeats: int) -> float:
    """Calls a second, by the median after a few uncounted ones."""
    times = []
    for _ in range(_WARM_UP_RUNS + repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1 / statistics.median(times[_WARM_UP_RUNS:])


def _throughputs(
    device: torch.device,
    batches: Sequence[int],
    repeats: int,
    copied_bytes_per_s: float,
    report: Callable[[str], None],
) -> list[Throughput]:
    found = []
    for model in (LIGHT_FINDER, RESNET50_PEER):
        # Profiling leaves nothing of a network's values.
        counted, network = (build(model, MODELS_FOLDER) if model.shipped else untrained(model) for _ in range(2))
        cost = profile(counted, (3, SIDE_PX, SIDE_PX), model.key).total
        half = device.type == "cuda"
        network.to(device, torch.float16 if half else torch.float32, memory_format=torch.channels_last)  # type: ignore[call-overload]
        for batch in batches:
            report(f"timing {model.title} on {batch} pictures")
            per_s = _per_second(_on_device(network, batch, device), repeats)
            moved = _bytes_moved(cost, batch) / (2 if half else 1)
            found.append(Throughput(model.title, batch, batch * per_s, moved * per_s / copied_bytes_per_s))
    return found


def _bytes_moved(cost: Cost, batch: int) -> float:
    """What the layers read and write in single precision: the pictures' values each, the weights once."""
    weights = _BYTES_OF_FLOAT * cost.parameters
    return batch * (cost.memory_bytes - weights) + weights


@torch.inference_mode()
def _on_device(network: nn.Module, batch: int, device: torch.device) -> Callable[[], None]:
    """A call that runs the network on pictures that are on the device, and waits for it."""
    dtype = next(network.parameters()).dtype
    pictures = torch.rand(batch, SIDE_PX, SIDE_PX, 3, device=device).mul_(255).to(dtype).permute(0, 3, 1, 2)
    if device.type != "cuda":
        return torch.inference_mode()(lambda: _discard(network(pictures)))
    stream, graph = torch.cuda.Stream(device), torch.cuda.CUDAGraph()  # type: ignore[no-untyped-call]
    with torch.cuda.stream(stream):
        for _ in range(_WARM_UP_RUNS):
            network(pictures)
        stream.synchronize()
        with torch.cuda.graph(graph, stream=stream):
            network(pictures)

    def call() -> None:
        with torch.cuda.stream(stream):
            graph.replay()
        stream.synchronize()

    return call


def _discard(_outputs: tuple[Tensor, ...]) -> None:
    """A network's outputs are not looked at."""


def _copied_bytes_per_s(device: torch.device, repeats: int) -> float:
    source = torch.ones(_COPIED_BYTES[device.type], dtype=torch.uint8, device=device)
    target = torch.empty_like(source)

    def call() -> None:
        target.copy_(source)
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    return 2 * source.numel() * _per_second(call, repeats)
