"""The steps of `cardlight fold`, and what each does to accuracy and speed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from detector.detection import Detection
from detector.engines import AlignerResult, FinderResult
from detector.engines.onnx_engine import OnnxAligner, OnnxFinder
from detector.engines.torch_engine import TorchAligner, TorchFinder
from detector.evaluation import Picture, evaluate_pictures
from detector.geometry import Image, bounding_box
from detector.image_pyramid import ImagePyramid
from detector.network.aligner import Aligner
from detector.network.anchors import anchor_boxes
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.retinanet import RetinaNet
from detector.network.weights import write_weights
from detector.postprocess import candidates
from detector.preprocess import FINDER_SIDE_PX, letterbox
from detector.training.aligner_data import CARD, UNDECIDED, AlignerBatches
from detector.training.export import export_aligner, export_finder
from detector.training.finder_data import COARSEST_STRIDE
from detector.training.fold import with_affine_norms
from detector.training.record import FoldingStep
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.picture_set import draw_picture
from detector.training.tasks import VALIDATION_SEED, Task, as_input

CALIBRATION_SEED = 2_000_003
CALIBRATION_BATCHES = 12
MEASURED_PICTURES = 150
MEASURED_PICTURE_SIDE_PX = 640
MEASURED_VIEW_BATCHES = 12
TIMED_CALLS = 40


class Finds(Protocol):
    """A finder in some runtime."""

    config: FinderConfig

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        """Run on pictures (N, H, W, 3)."""
        ...


class Aligns(Protocol):
    """An aligner in some runtime."""

    config: AlignerConfig

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        """Run on views (N, height, width, 3)."""
        ...


def calibrated(model: RetinaNet | Aligner, task: Task, bank: Bank) -> RetinaNet | Aligner:
    """The network with affines fitted on training batches in place of its GroupNorms."""
    batches = task.batches(bank, CALIBRATION_SEED)
    inputs = [as_input(batches[index].images) for index in range(CALIBRATION_BATCHES)]
    return with_affine_norms(model, inputs)


def write_runtime_models(model: RetinaNet | Aligner, folder: Path) -> Path:
    """Write a network with affine norms as `<kind>.safetensors` and `<kind>.onnx`; returns the former's path.

    The folder is there. Both files hold the same weights, rounded to half precision.
    """
    model = model.half().float()
    if isinstance(model, RetinaNet):
        write_weights(folder / "finder.safetensors", model, half=True)
        export_finder(model, folder / "finder.onnx")
        return folder / "finder.safetensors"
    write_weights(folder / "aligner.safetensors", model, half=True)
    export_aligner(model, folder / "aligner.onnx")
    return folder / "aligner.safetensors"


def folding_steps(networks: dict[str, RetinaNet | Aligner], onnx: Path, bank: Bank) -> list[FoldingStep]:
    """Measure each network in torch, and the ONNX file that the last one became, on the same validation data."""
    device = torch.device("cpu")
    steps = []
    for name, network in networks.items():
        if isinstance(network, RetinaNet):
            steps.append(_finder_step(f"{name}, torch", TorchFinder(network, device), bank))
        else:
            steps.append(_aligner_step(f"{name}, torch", TorchAligner(network, device), network, bank))
    last = list(networks.values())[-1]
    if isinstance(last, RetinaNet):
        steps.append(_finder_step("folded, ONNX Runtime", OnnxFinder(onnx, torch.get_num_threads()), bank))
    else:
        steps.append(_aligner_step("folded, ONNX Runtime", OnnxAligner(onnx, torch.get_num_threads()), last, bank))
    return steps


def _finder_step(name: str, finder: Finds, bank: Bank) -> FoldingStep:
    report = evaluate_pictures(_pictures(bank), lambda image: coarse_detections(finder, image), rotations=False)
    assert report.overall is not None
    assert report.box_precision is not None
    metrics = {
        "box_ap_50": report.box_precision.at_50,
        "box_ap": report.box_precision.at_50_to_95,
        "mean_quad_iou": report.overall.scores.mean_quad_iou,
        "recall_50": report.overall.scores.recall_50,
    }
    image = np.zeros((1, FINDER_SIDE_PX, FINDER_SIDE_PX, 3), np.uint8)
    return FoldingStep(name, metrics, _median_ms(lambda: finder.find(image)))


def coarse_detections(finder: Finds, image: Image, side_px: int = FINDER_SIDE_PX) -> list[Detection]:
    """The finder's candidates alone, as detections: what the first look is worth without the second.

    The finder sees the picture with its longer side scaled to `side_px`.
    """
    # As in training, whatever the levels: a teacher's coarsest one is coarser, and rounds up.
    step = min(COARSEST_STRIDE, finder.config.anchors.strides[-1])
    fitted = letterbox(ImagePyramid(image), step, side_px)
    height, width = fitted.image.shape[:2]
    result = finder.find(fitted.image[None])
    scores, quads = candidates(result.scores[0], result.corners[0], anchor_boxes(finder.config.anchors, width, height))
    quads = fitted.in_picture(quads)
    return [Detection(float(score), bounding_box(quad), quad, None) for score, quad in zip(scores, quads, strict=True)]


def _pictures(bank: Bank) -> Iterable[Picture]:
    """Rendered pictures, save those with a card too far hidden to be asked for."""
    drawn = (
        draw_picture(np.random.default_rng((VALIDATION_SEED, index)), bank, MEASURED_PICTURE_SIDE_PX)
        for index in itertools.count()
    )
    decided = ((scene, image) for scene, image in drawn if not len(scene.hidden_cards))
    for index, (scene, image) in enumerate(itertools.islice(decided, MEASURED_PICTURES)):
        quads = scene.cards * (MEASURED_PICTURE_SIDE_PX / max(scene.width, scene.height))
        yield Picture(name=str(index), group="rendered", load=partial(np.asarray, image), quads=quads)


def _aligner_step(name: str, aligner: Aligns, network: Aligner, bank: Bank) -> FoldingStep:
    batches = AlignerBatches(bank, network.config, batch_size=32, seed=VALIDATION_SEED)
    errors, turned, judged = [], [], []
    for index in range(MEASURED_VIEW_BATCHES):
        batch = batches[index]
        result = aligner.align(batch.images.permute(0, 2, 3, 1).numpy())
        card = batch.card.numpy()
        cards = card == CARD
        errors.append(np.linalg.norm(result.corners - batch.corners.numpy(), axis=-1)[cards].ravel())
        turned.append((result.rotation.argmax(axis=-1) == batch.rotation.numpy())[cards])
        decided = card != UNDECIDED
        judged.append(((result.card > 0.5) == cards)[decided])
    metrics = {
        "median_corner_error_px": float(np.median(np.concatenate(errors))),
        "rotation": float(np.concatenate(turned).mean()),
        "card_or_not": float(np.concatenate(judged).mean()),
    }
    view = np.zeros((1, network.config.view_height_px, network.config.view_width_px, 3), np.uint8)
    return FoldingStep(name, metrics, _median_ms(lambda: aligner.align(view)))


def _median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMED_CALLS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(1e3 * np.median(times))
