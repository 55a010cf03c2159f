"""What is compared: named, so that a fresh process can load it as well, and import no more than it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detector.bench.boxes import BoxNetwork, find_boxes, fitted
from detector.bench.models import BOX_MODELS, BoxModel
from detector.detection import Detection
from detector.detector import Detector, Search
from detector.engines import AlignerResult, Engine, FinderResult
from detector.geometry import Image
from detector.image_pyramid import Pyramid
from detector.network.config import AlignerConfig, FinderConfig
from resources import MODELS_FOLDER

ONNX_RUNTIME, TORCH, COMPILED, OPENVINO, OPENCV = "ONNX Runtime", "torch", "torch.compile", "OpenVINO", "OpenCV"
ENGINES = (TORCH, COMPILED, ONNX_RUNTIME, OPENVINO)
FEW_ENGINES = (TORCH, ONNX_RUNTIME)
Kind = Literal["detector", "contours", "boxes", "network"]


@dataclass(frozen=True, slots=True)
class Contender:
    """A model in an engine.

    Attributes:
        kind: What it does: finds cards; finds outlines; finds boxes; or is a network alone.
        name: The search of a detector, the key of a `BoxModel`, or the path of a network alone.
        title: For people to read.
        engine: What runs it.
        folder: Holds the files made for the comparison.
    """

    kind: Kind
    name: str
    title: str
    engine: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        """The model files that it needs."""
        if self.kind == "detector":
            return sorted(MODELS_FOLDER.glob("*.onnx"))
        if self.kind == "boxes":
            model = box_model(self.name)
            in_torch = self.engine in (TORCH, COMPILED)
            return [model.weights_file(self.folder) if in_torch else model.onnx_file(self.folder)]
        return [Path(self.name)] if self.kind == "network" else []


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contender that is ready to run.

    Attributes:
        pipeline: From a picture, BGR uint8 (H, W, 3), to what it finds; None for a network alone.
        network: Gives a call of its networks alone, on what they are given of a picture; None without a network.
    """

    pipeline: Callable[[Image], object] | None
    network: Callable[[Image], Callable[[], object]] | None

    def run(self, image: Image) -> None:
        """Do once what it is for."""
        if self.pipeline is not None:
            self.pipeline(image)
        elif self.network is not None:
            self.network(image)()


@dataclass(frozen=True, slots=True)
class NetworkCalls:
    """What one detection gave its networks: calls to repeat, and the shapes (N, H, W, 3) of their inputs."""

    calls: list[Callable[[], object]]
    finder_shapes: list[tuple[int, ...]]
    aligner_shapes: list[tuple[int, ...]]

    def repeat(self) -> None:
        """Run the networks again on the same values."""
        for call in self.calls:
            call()


def load(contender: Contender, threads: int) -> Loaded:
    """Load a contender, with this many threads for the engine.

    Raises:
        ModelFileError: one of its files is missing, damaged or no such network.
        EngineUnavailableError: its engine can't be used here.
    """
    if contender.kind == "detector":
        detector = load_detector(contender, threads)
        return Loaded(detector.detect, lambda image: network_calls(detector, image).repeat)
    if contender.kind == "contours":
        from detector.bench.contours import detect_by_contours

        return Loaded(detect_by_contours, None)
    if contender.kind == "network":
        from detector.bench.peers import network_alone

        call = network_alone(Path(contender.name), threads)
        return Loaded(None, lambda _image: call)
    return _load_box_finder(contender, threads)


def load_detector(contender: Contender, threads: int) -> Detector:
    """The detector behind a contender of the kind "detector".

    Raises:
        ModelFileError: a model file is missing or damaged.
    """
    search: Search = "quick" if contender.name == "quick" else "thorough"
    return Detector.load(device="cpu", search=search, threads=threads)


def detect_with(contender: Contender, threads: int) -> Callable[[Image], Sequence[Detection]] | None:
    """What gives a contender's detections, for its accuracy; None where it finds no quads, or has no weights."""
    if contender.kind == "detector":
        return load_detector(contender, threads).detect
    if contender.kind == "contours":
        from detector.bench.contours import detect_by_contours

        return detect_by_contours
    return None


def network_calls(detector: Detector, image: Image) -> NetworkCalls:
    """Detect once, and note what the networks were given."""
    recorder = _Recorder(detector.engine)
    Detector(recorder, detector.threshold, detector.search).detect(image)
    return recorder.noted


def box_model(key: str) -> BoxModel:
    """The model of a key."""
    return next(model for model in BOX_MODELS if model.key == key)


def _load_box_finder(contender: Contender, threads: int) -> Loaded:
    model = box_model(contender.name)
    network = _box_network(model, contender, threads)

    def on(image: Image) -> Callable[[], object]:
        picture, _ = fitted(image)
        return lambda: network(picture)

    return Loaded(lambda image: find_boxes(network, model.anchors, image), on)


def _box_network(model: BoxModel, contender: Contender, threads: int) -> BoxNetwork:
    path = contender.files[0]
    if contender.engine == ONNX_RUNTIME:
        from detector.bench import peers

        return peers.box_network(path, threads)
    if contender.engine == OPENVINO:
        from detector.bench import openvino_engine

        return openvino_engine.box_network(path, threads)
    import torch

    from detector.bench import torch_engines
    from detector.bench.networks import build

    torch.set_num_threads(threads)
    network = build(model, contender.folder)
    if contender.engine == TORCH:
        return torch_engines.eager(network)
    return torch_engines.compiled(network, contender.folder / "compiled")


class _Recorder:
    """An engine that hands everything to another one and notes it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.noted = NetworkCalls([], [], [])

    @property
    def device(self) -> str:
        return self._engine.device

    @property
    def finder_config(self) -> FinderConfig:
        return self._engine.finder_config

    @property
    def aligner_config(self) -> AlignerConfig:
        return self._engine.aligner_config

    def pyramid(self, image: Image) -> Pyramid:
        return self._engine.pyramid(image)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        self.noted.calls.append(lambda: self._engine.find(pictures))
        self.noted.finder_shapes.append(pictures.shape)
        return self._engine.find(pictures)

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        self.noted.calls.append(lambda: self._engine.align(views))
        self.noted.aligner_shapes.append(views.shape)
        return self._engine.align(views)
