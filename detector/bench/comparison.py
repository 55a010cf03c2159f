"""The detector beside its peers, in one run."""

from __future__ import annotations

import importlib.metadata
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

from detector.bench.child import import_and_load_ms, peak_memory_bytes
from detector.bench.complexity import Cost, Profile, profile
from detector.bench.contenders import (
    ONNX_RUNTIME,
    OPENCV,
    OPENVINO,
    Contender,
    Loaded,
    box_model,
    detect_with,
    load,
    load_detector,
    network_calls,
)
from detector.bench.errors import EngineUnavailableError
from detector.bench.latency import Latency, measure, summarise
from detector.bench.models import LIGHT_FINDER, SIDE_PX, BoxModel
from detector.bench.networks import build, write_files
from detector.bench.onnx_complexity import count
from detector.evaluation import Picture, evaluate_pictures
from detector.geometry import Image
from detector.network.aligner import Aligner
from resources import MODELS_FOLDER

_MOST_STARTS = 5
# A matrix product that is large enough to reach what the processor can do, small enough to stay in its caches.
_SGEMM_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well a contender finds the cards of the pictures that were given; see `detector.evaluation`.

    Attributes:
        mean_quad_iou: A missed card counts as 0.
        recall_90: Share of the cards with an IoU of at least 0.9.
        box_ap_50: COCO's average precision at IoU 0.5.
        box_ap_50_95: The mean of those at 0.50, 0.55, ... 0.95.
        card_free_share: Share of the pictures without a card in which one is found; None without such pictures.
    """

    mean_quad_iou: float
    recall_90: float
    box_ap_50: float
    box_ap_50_95: float
    card_free_share: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of a model in an engine; None for what it does not have.

    Attributes:
        model: The model, for people to read.
        engine: What ran it.
        network: Its networks alone.
        pipeline: From the picture to what it finds.
        cost: Of what `network` ran.
        heads_share: Share of the multiply-adds that are in the pyramid and the heads.
        file_bytes: Size of its model files.
        peak_memory_bytes: Of a fresh process that loads it and runs it once.
        accuracy: On the pictures that were given.
    """

    model: str
    engine: str
    network: Latency | None
    pipeline: Latency | None
    cost: Cost | None
    heads_share: float | None
    file_bytes: int
    peak_memory_bytes: int | None
    accuracy: Accuracy | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one run measured.

    Attributes:
        processor: What the machine calls its processor.
        threads: Threads that each contender may use, in its own turn.
        versions: Of the libraries that were timed.
        picture_px: Width and height of the picture that the pipelines got.
        cards: How many cards the detector found on it, searching quickly.
        pictures: How many pictures the accuracy was measured on.
        rows: A model in an engine each; the first one is the detector as it searches live frames.
        large_picture_px: Width and height of a large picture.
        large_pictures: The detector on that one, by how it searches.
        import_and_load: Of the detector, in fresh processes.
        sgemm: A product of two square matrices in torch.
        sgemm_side: Their side.
        left_out: Engines that could not be used, with the reason.
    """

    processor: str
    threads: int
    versions: dict[str, str]
    picture_px: tuple[int, int]
    cards: int
    pictures: int
    rows: tuple[Row, ...]
    large_picture_px: tuple[int, int]
    large_pictures: dict[str, Latency]
    import_and_load: Latency
    sgemm: Latency
    sgemm_side: int
    left_out: dict[str, str]

    @property
    def sgemm_gflops(self) -> float:
        """The rate of that product: two operations, a multiplication and an addition, for each multiply-add."""
        return 2 * self.sgemm_side**3 / self.sgemm.median_ms / 1e6

    def pipeline_ratio(self, row: Row) -> float | None:
        """How many times as long as the detector's quick search a pipeline takes, by the medians."""
        ours = self.rows[0].pipeline
        return row.pipeline.median_ms / ours.median_ms if row.pipeline and ours else None

    def network_ratio(self, row: Row) -> float | None:
        """How many times as long as the detector's finder, on its input of 320 x 320, networks take."""
        finder = self.row(LIGHT_FINDER.title, ONNX_RUNTIME)
        return row.network.median_ms / finder.network.median_ms if row.network and finder and finder.network else None

    def sgemm_share(self, row: Row) -> float | None:
        """The rate of a row's multiply-adds over the rate of the matrix product."""
        if row.cost is None or row.network is None:
            return None
        return 2 * row.cost.multiply_adds / row.network.median_ms / 1e6 / self.sgemm_gflops

    def row(self, model: str, engine: str) -> Row | None:
        """The row of a model in an engine, if there is one."""
        return next((row for row in self.rows if (row.model, row.engine) == (model, engine)), None)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dicts, lists and numbers, named like the attributes, and what follows from them."""
        content = asdict(self) | {"sgemm_gflops": self.sgemm_gflops}
        for row, fields in zip(self.rows, content["rows"], strict=True):
            fields["network_ratio"] = self.network_ratio(row)
            fields["pipeline_ratio"] = self.pipeline_ratio(row)
            fields["sgemm_share"] = self.sgemm_share(row)
            fields["fps"] = row.pipeline.per_second if row.pipeline else None
        return content


def compare(
    frame: Image,
    large: Image,
    *,
    models: Sequence[BoxModel],
    engines: Sequence[str],
    peers: Mapping[str, Path],
    pictures: Sequence[Picture],
    repeats: int,
    threads: int,
    report: Callable[[str], None] = lambda _step: None,
) -> Comparison:
    """Measure the detector, its networks, RetinaNets on other backbones, peers and the contour script, in one run.

    All that is timed is timed in turns, one at a time. The RetinaNets have random weights and are written to a
    temporary folder.

    Args:
        frame: The picture for all pipelines, BGR uint8, shape (H, W, 3).
        large: A large one for the detector alone.
        models: Finders to compare on an input of 320 x 320.
        engines: Each of them runs each of these models; one that can't be used here is left out.
        peers: ONNX files to time alone, by the names to print.
        pictures: To measure accuracy on, some with cards; none to leave that out.
        repeats: Timed calls of each.
        threads: For each.
        report: Told what is being done, for people to read.

    Raises:
        ModelFileError: one of the peers is no ONNX network, or a file that ships is damaged.
        ChildProcessFailedError: a process that was started to be measured failed.
    """
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    with TemporaryDirectory() as folder:
        contenders = _contenders(models, engines, peers, Path(folder))
        loaded, left_out = _load_all(models, contenders, frame, threads, report)
        report("measuring memory")
        memory = {contender: peak_memory_bytes(contender, frame, threads) for contender in loaded}
        starts_ms = [import_and_load_ms(threads) for _ in range(min(repeats, _MOST_STARTS))]
        costs = {contender: _cost(contender, frame, threads) for contender in loaded}
        sizes = {contender: sum(path.stat().st_size for path in contender.files) for contender in loaded}
        report("timing")
        times = measure(_timed_calls(loaded, frame, large), repeats)
        accuracies = {}
        for contender in loaded if pictures else ():
            report(f"measuring the accuracy of {contender.title}")
            accuracies[contender] = _accuracy(contender, pictures, threads)
    rows = [
        Row(
            model=contender.title,
            engine=contender.engine,
            network=times.get((contender, "network")),
            pipeline=times.get((contender, "pipeline")),
            cost=costs[contender][0],
            heads_share=costs[contender][1],
            file_bytes=sizes[contender],
            peak_memory_bytes=memory[contender],
            accuracy=accuracies.get(contender),
        )
        for contender in loaded
    ]
    return Comparison(
        processor=processor_name(),
        threads=threads,
        versions=_versions(rows),
        picture_px=(frame.shape[1], frame.shape[0]),
        cards=len(load_detector(next(iter(loaded)), threads).detect(frame)),
        pictures=len(pictures),
        rows=tuple(rows),
        large_picture_px=(large.shape[1], large.shape[0]),
        large_pictures={one.title: times[one, "large"] for one in loaded if one.kind == "detector"},
        import_and_load=summarise(starts_ms),
        sgemm=times[None, "sgemm"],
        sgemm_side=_SGEMM_SIDE,
        left_out=left_out,
    )


def processor_name() -> str:
    """The processor's model where the system tells it, otherwise its architecture; with the number of cores."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores"


def _contenders(
    models: Sequence[BoxModel], engines: Sequence[str], peers: Mapping[str, Path], folder: Path
) -> list[Contender]:
    """In the order of the table."""
    shipped = {"the finder at 320 x 192": "finder", "the aligner, one card": "aligner"}
    alone = {title: MODELS_FOLDER / f"{name}.onnx" for title, name in shipped.items()} | dict(peers)
    return [
        *(
            Contender("detector", search, f"Cardlight, {search} search", ONNX_RUNTIME, folder)
            for search in ("quick", "thorough")
        ),
        *(Contender("network", str(path), title, ONNX_RUNTIME, folder) for title, path in alone.items()),
        *(Contender("boxes", model.key, model.title, engine, folder) for model in models for engine in engines),
        Contender("contours", "contours", "OpenCV script (blur, Canny, contours)", OPENCV, folder),
    ]


def _load_all(
    models: Sequence[BoxModel],
    contenders: Sequence[Contender],
    frame: Image,
    threads: int,
    report: Callable[[str], None],
) -> tuple[dict[Contender, Loaded], dict[str, str]]:
    """Everything, run once; without the engines that can't be used here, and why."""
    peers = {one: load(one, threads) for one in contenders if one.kind == "network"}  # first: they may be no networks
    for model in models:
        report(f"writing {model.title}")
        write_files(model, contenders[0].folder)
    loaded: dict[Contender, Loaded] = {}
    left_out: dict[str, str] = {}
    for contender in contenders:
        if contender.engine in left_out:
            continue
        report(f"loading {contender.title} in {contender.engine}")
        try:
            ready = peers.get(contender) or load(contender, threads)
            ready.run(frame)
        except EngineUnavailableError as error:
            left_out[contender.engine] = str(error)
        else:
            loaded[contender] = ready
    return loaded, left_out


def _timed_calls(
    loaded: Mapping[Contender, Loaded], frame: Image, large: Image
) -> dict[tuple[Contender | None, str], Callable[[], object]]:
    calls: dict[tuple[Contender | None, str], Callable[[], object]] = {}
    for contender, ready in loaded.items():
        if ready.network is not None:
            calls[contender, "network"] = ready.network(frame)
        if ready.pipeline is not None:
            calls[contender, "pipeline"] = lambda pipeline=ready.pipeline: pipeline(frame)  # type: ignore[misc]
        if contender.kind == "detector" and ready.pipeline is not None:
            calls[contender, "large"] = lambda pipeline=ready.pipeline: pipeline(large)  # type: ignore[misc]
    matrix = torch.rand(_SGEMM_SIDE, _SGEMM_SIDE)
    calls[None, "sgemm"] = lambda: torch.mm(matrix, matrix)
    return calls


def _cost(contender: Contender, frame: Image, threads: int) -> tuple[Cost | None, float | None]:
    """What its networks cost, and the share of pyramid and heads."""
    if contender.kind == "network":
        return count(Path(contender.name)), None
    if contender.kind == "boxes":
        counted = _profile(box_model(contender.name), contender.folder, (3, SIDE_PX, SIDE_PX))
        return counted.total, 1 - counted.parts["backbone"].multiply_adds / counted.total.multiply_adds
    if contender.kind == "detector":
        return _detector_cost(contender, frame, threads), None
    return None, None


def _detector_cost(contender: Contender, frame: Image, threads: int) -> Cost:
    """Of all that one detection runs; the parameters of each network count once."""
    detector = load_detector(contender, threads)
    calls, config = network_calls(detector, frame), detector.engine.aligner_config
    finders = [
        _profile(LIGHT_FINDER, contender.folder, (shape[3], shape[1], shape[2])) for shape in calls.finder_shapes
    ]
    view_shape = (3, config.view_height_px, config.view_width_px)
    view = profile(Aligner(config), view_shape, "aligner").total
    views = sum(shape[0] for shape in calls.aligner_shapes)
    return Cost(
        multiply_adds=sum(one.total.multiply_adds for one in finders) + views * view.multiply_adds,
        parameters=finders[0].total.parameters + view.parameters,
        memory_bytes=sum(one.total.memory_bytes for one in finders) + views * view.memory_bytes,
    )


def _profile(model: BoxModel, folder: Path, input_shape: tuple[int, int, int]) -> Profile:
    return profile(build(model, folder), input_shape, model.key)


def _accuracy(contender: Contender, pictures: Sequence[Picture], threads: int) -> Accuracy | None:
    detect = detect_with(contender, threads)
    if detect is None:
        return None
    measured = evaluate_pictures(pictures, detect, rotations=False)
    assert measured.overall is not None
    assert measured.box_precision is not None
    return Accuracy(
        mean_quad_iou=measured.overall.scores.mean_quad_iou,
        recall_90=measured.overall.scores.recall_90,
        box_ap_50=measured.box_precision.at_50,
        box_ap_50_95=measured.box_precision.at_50_to_95,
        card_free_share=measured.card_free.share_with_detection if measured.card_free else None,
    )


def _versions(rows: Sequence[Row]) -> dict[str, str]:
    versions = {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__, "opencv": cv2.__version__}
    if any(row.engine == OPENVINO for row in rows):
        versions["openvino"] = importlib.metadata.version("openvino")
    return versions | {"numpy": np.__version__}
