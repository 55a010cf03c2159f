"""The detector beside its peers, in one run."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import onnxruntime
import torch

from detector.bench.contours import detect_by_contours
from detector.bench.latency import Latency, measure
from detector.bench.peers import (
    PEER_SIDE_PX,
    export_peer,
    network_alone,
    peer_in_onnx,
    peer_in_torch,
    peer_pipeline,
)
from detector.bench.resnet_retinanet import ResNetRetinaNet
from detector.detection import Detection
from detector.geometry import Image

OURS = "Cardlight, quick search, picture to refined quads"
THOROUGH = "Cardlight, thorough search, picture to refined quads"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Times of one run.

    Attributes:
        processor: What the machine calls its processor.
        threads: Threads that each contender may use, in its own turn.
        versions: Of the libraries that were timed.
        picture_px: Width and height of the picture that the pipelines got.
        cards: How many cards the detector found on it.
        latencies: By contender; `OURS` and `THOROUGH` are the detector's whole pipeline.
    """

    processor: str
    threads: int
    versions: dict[str, str]
    picture_px: tuple[int, int]
    cards: int
    latencies: dict[str, Latency]

    def ratio(self, name: str) -> float:
        """How many times as long as the quick search a contender takes, by the medians."""
        return self.latencies[name].median_ms / self.latencies[OURS].median_ms

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dicts and numbers, named like the attributes, and the ratios."""
        return asdict(self) | {"ratios": {name: self.ratio(name) for name in self.latencies}}

    def to_markdown(self) -> str:
        """A table with a line about its conditions above it."""
        width_px, height_px = self.picture_px
        libraries = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        repeats = self.latencies[OURS].repeats
        lines = [
            f"{self.processor}, {self.threads} threads, {libraries}. A picture of {width_px} x {height_px} "
            f"with {self.cards} card(s) found; medians of {repeats} turns.",
            "",
            "| | median, ms | quartiles, ms | times ours |",
            "|---|---:|---:|---:|",
        ]
        for name, latency in self.latencies.items():
            quartiles = f"{latency.lower_quartile_ms:.1f} to {latency.upper_quartile_ms:.1f}"
            lines.append(f"| {name} | {latency.median_ms:.1f} | {quartiles} | {self.ratio(name):.1f} |")
        return "\n".join(lines)


def compare(
    detect: Callable[[Image], Sequence[Detection]],
    detect_thoroughly: Callable[[Image], Sequence[Detection]],
    networks: Mapping[str, Path],
    image: Image,
    *,
    repeats: int,
    threads: int,
) -> Comparison:
    """Time the detector, its networks, the ResNet-50 RetinaNet and the contour script, in turns, one at a time.

    The ResNet-50 RetinaNet is built with random weights and exported to a temporary folder.

    Args:
        detect: The detector's whole pipeline, as for live frames.
        detect_thoroughly: The same, as for pictures.
        networks: ONNX files to time alone, by the names to print.
        image: The picture for all pipelines, BGR uint8, shape (H, W, 3).
        repeats: Timed calls of each.
        threads: For torch, ONNX Runtime and OpenCV. The detector caps its own.

    Raises:
        ModelFileError: one of `networks` is no ONNX network.
    """
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    contenders: dict[str, Callable[[], object]] = {
        OURS: lambda: detect(image),
        THOROUGH: lambda: detect_thoroughly(image),
    }
    contenders |= {f"{name}, network alone": network_alone(path, threads) for name, path in networks.items()}
    with TemporaryDirectory() as folder:
        contenders |= _resnet_contenders(image, Path(folder), threads)
    contenders["OpenCV script (blur, Canny, contours)"] = lambda: detect_by_contours(image)
    return Comparison(
        processor=processor_name(),
        threads=threads,
        versions={"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "opencv": cv2.__version__},
        picture_px=(image.shape[1], image.shape[0]),
        cards=len(detect(image)),
        latencies=measure(contenders, repeats),
    )


def processor_name() -> str:
    """The processor's model where the system tells it, otherwise its architecture; with the number of cores."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores"


def _resnet_contenders(image: Image, folder: Path, threads: int) -> dict[str, Callable[[], object]]:
    model = ResNetRetinaNet().eval()
    in_torch, in_onnx = peer_in_torch(model), peer_in_onnx(export_peer(model, folder), threads)
    picture = np.random.default_rng(0).random((1, 3, PEER_SIDE_PX, PEER_SIDE_PX), np.float32)
    size = f"{PEER_SIDE_PX} x {PEER_SIDE_PX}"
    return {
        f"ResNet-50 RetinaNet, torch, network alone at {size}": lambda: in_torch(picture),
        f"ResNet-50 RetinaNet, ONNX Runtime, network alone at {size}": lambda: in_onnx(picture),
        "ResNet-50 RetinaNet, torch, picture to boxes": lambda: peer_pipeline(in_torch, image),
        "ResNet-50 RetinaNet, ONNX Runtime, picture to boxes": lambda: peer_pipeline(in_onnx, image),
    }
