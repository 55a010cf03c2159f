"""Finders beside each other on annotated pictures: teacher, student, and the same student without distillation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.detection import Detection
from detector.engines import AlignerResult, FinderResult
from detector.evaluation import Picture, evaluate_pictures
from detector.evaluation.box_precision import PictureBoxes, box_precision
from detector.geometry import Image, bounding_box
from detector.image_pyramid import ImagePyramid
from detector.network.config import AlignerConfig, FinderConfig
from detector.postprocess import CANDIDATE_SCORE
from detector.training.distillation.teacher import Candidate
from detector.training.folding import Aligns, Finds

RESAMPLES = 200
INTERVAL_PERCENT = (5.0, 95.0)

Detect = Callable[[Image], Sequence[Detection]]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well a detector did; all but `extra_per_picture` and `gain` from 0 to 1.

    Attributes:
        box_ap: Average precision of the boxes, mean over IoU 0.5 to 0.95.
        box_ap_50: The same at IoU 0.5.
        mean_quad_iou: In the cards' rectified frames, a missed card as 0.
        recall_50: Share of the cards found with a quad IoU of at least 0.5.
        recall_90: The same with at least 0.9.
        extra_per_picture: Detections that found no card, over all pictures.
        gain: Of `box_ap` over the baseline's, and between which two numbers it lies for nine of ten resamples of the
            pictures; None without a baseline.
    """

    box_ap: float
    box_ap_50: float
    mean_quad_iou: float
    recall_50: float
    recall_90: float
    extra_per_picture: float
    gain: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a network costs on a picture of 320 x 320 pixels.

    Attributes:
        preset: Of which preset it is.
        parameters: How many it has.
        megabytes: Their size in half precision, as they ship.
        giga_multiply_adds: Of one picture.
        torch_ms: Median time in torch, as trained.
        onnx_ms: Median time in ONNX Runtime, with the normalisation folded.
    """

    preset: str
    parameters: int
    megabytes: float
    giga_multiply_adds: float
    torch_ms: float
    onnx_ms: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Finders beside each other.

    Attributes:
        conditions: Machine, threads, versions, in words.
        pictures: How many pictures were measured on.
        cards: How many cards they have.
        baseline: Name of the finder that gains are over, or None.
        finder: Accuracy of each finder alone, by name; a teacher with its transforms has a name of its own.
        whole: Accuracy of the whole detector around each finder, at its threshold; empty where it was not measured.
        cost: Of each network, by name.
    """

    conditions: str
    pictures: int
    cards: int
    baseline: str | None
    finder: dict[str, Accuracy]
    whole: dict[str, Accuracy]
    cost: dict[str, Cost]

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dicts and numbers, named like the attributes."""
        return asdict(self)

    def to_markdown(self) -> str:
        """Tables with a line about their conditions above them."""
        lines = [
            f"{self.conditions}. {self.pictures} pictures with {self.cards} cards.",
            "",
            f"The finders alone, from a score of {CANDIDATE_SCORE} on:",
            "",
        ]
        lines += _accuracy_table(self.finder, self.baseline)
        if self.whole:
            lines += ["", "The whole detector around each, at its threshold:", ""]
            lines += _accuracy_table(self.whole, self.baseline)
        lines += ["", "The networks, on a picture of 320 x 320 pixels; sizes in half precision:", ""]
        return "\n".join([*lines, *_cost_table(self.cost)])


def compare_accuracy(
    pictures: Sequence[Picture],
    detectors: Mapping[str, Detect],
    baseline: str | None,
    report: Callable[[], None] = lambda: None,
) -> dict[str, Accuracy]:
    """Measure detectors on the same pictures.

    Args:
        pictures: At least one has a card.
        detectors: By name.
        baseline: Name of the one that gains are over, or None.
        report: Called after each picture.

    Raises:
        ValueError: no picture has a card.
    """
    measured = {name: _measure(pictures, detect, report) for name, detect in detectors.items()}
    if baseline is None:
        return {name: accuracy for name, (accuracy, _) in measured.items()}
    resamples = _resamples(len(pictures))
    base = _precisions(measured[baseline][1], resamples)
    return {
        name: accuracy if name == baseline else replace(accuracy, gain=_gain(base, _precisions(boxes, resamples)))
        for name, (accuracy, boxes) in measured.items()
    }


class PairEngine:
    """A finder and an aligner, each in its own runtime, as one engine for the detector."""

    device = "CPU"

    def __init__(self, finder: Finds, aligner: Aligns) -> None:
        """Join them."""
        self._finder, self._aligner = finder, aligner

    @property
    def finder_config(self) -> FinderConfig:
        """The finder's configuration."""
        return self._finder.config

    @property
    def aligner_config(self) -> AlignerConfig:
        """The aligner's configuration."""
        return self._aligner.config

    def pyramid(self, image: Image) -> ImagePyramid:
        """A picture where both runtimes read it: in the machine's memory."""
        return ImagePyramid(image)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        """Run the finder on pictures (N, H, W, 3)."""
        return self._finder.find(pictures)

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        """Run the aligner on views (N, height, width, 3)."""
        return self._aligner.align(views)


def as_detections(candidates: Sequence[Candidate]) -> list[Detection]:
    """A teacher's candidates as detections, to be measured."""
    return [Detection(one.score, bounding_box(one.quad), one.quad, one.rotation) for one in candidates]


def _measure(
    pictures: Sequence[Picture], detect: Detect, report: Callable[[], None]
) -> tuple[Accuracy, list[PictureBoxes]]:
    boxes: list[PictureBoxes] = []

    def noted(image: Image) -> Sequence[Detection]:
        detections = detect(image)
        height, width = image.shape[:2]
        inside = (0, (width, height, width, height))
        truths = np.clip(bounding_box(pictures[len(boxes)].quads), *inside)
        found = np.clip(np.array([one.box for one in detections], np.float64).reshape(-1, 4), *inside)
        boxes.append(PictureBoxes(truths, found, np.array([one.score for one in detections])))
        report()
        return detections

    measured = evaluate_pictures(pictures, noted, rotations=False)
    if measured.overall is None or measured.box_precision is None:
        raise ValueError("no picture has a card")
    scores = measured.overall.scores
    accuracy = Accuracy(
        box_ap=measured.box_precision.at_50_to_95,
        box_ap_50=measured.box_precision.at_50,
        mean_quad_iou=scores.mean_quad_iou,
        recall_50=scores.recall_50,
        recall_90=scores.recall_90,
        extra_per_picture=sum(outcome.extra for outcome in measured.pictures) / len(pictures),
    )
    return accuracy, boxes


def _resamples(pictures: int) -> list[NDArray[np.int64]]:
    """All pictures once, then resamples of them, by index (Efron's bootstrap)."""
    rng = np.random.default_rng(0)
    return [np.arange(pictures), *(rng.integers(pictures, size=pictures) for _ in range(RESAMPLES))]


def _precisions(boxes: Sequence[PictureBoxes], resamples: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """The average precision on each resample; NaN where it has no card."""
    precisions = [box_precision([boxes[index] for index in chosen]) for chosen in resamples]
    return np.array([np.nan if one is None else one.at_50_to_95 for one in precisions])


def _gain(base: NDArray[np.float64], precisions: NDArray[np.float64]) -> tuple[float, float, float]:
    """The gain on all pictures, and the ends of its interval over the resamples, the same ones for both."""
    gains = precisions - base
    low, high = np.nanpercentile(gains[1:], INTERVAL_PERCENT).tolist()
    return float(gains[0]), low, high


def _accuracy_table(rows: Mapping[str, Accuracy], baseline: str | None) -> list[str]:
    headings = ["", "box AP@[.5:.95]", "AP@0.5", "mean quad IoU", "recall@0.5", "recall@0.9", "false a picture"]
    headings += [] if baseline is None else [f"AP points over {baseline}, and 90 % interval"]
    lines = [_row(headings), "|---" + "|---:" * (len(headings) - 1) + "|"]
    for name, one in rows.items():
        cells = [name, f"{100 * one.box_ap:.1f}", f"{100 * one.box_ap_50:.1f}", f"{one.mean_quad_iou:.3f}"]
        cells += [f"{100 * one.recall_50:.1f} %", f"{100 * one.recall_90:.1f} %", f"{one.extra_per_picture:.3f}"]
        if baseline is not None:
            gain = [f"{100 * value:+.1f}" for value in one.gain or ()]
            cells.append(f"{gain[0]} ({gain[1]} to {gain[2]})" if gain else "")
        lines.append(_row(cells))
    return lines


def _cost_table(rows: Mapping[str, Cost]) -> list[str]:
    largest = max(one.parameters for one in rows.values())
    headings = ["", "preset", "parameters", "of the largest", "MB", "GMac", "torch, ms", "ONNX Runtime, ms", "FPS"]
    lines = [_row(headings), "|---|---" + "|---:" * (len(headings) - 2) + "|"]
    for name, one in rows.items():
        share = "1" if one.parameters == largest else f"1/{largest / one.parameters:.1f}"
        cells = [name, one.preset, f"{one.parameters:,}", share, f"{one.megabytes:.1f}"]
        cells += [f"{one.giga_multiply_adds:.2f}", f"{one.torch_ms:.1f}", f"{one.onnx_ms:.1f}"]
        lines.append(_row([*cells, f"{1e3 / one.onnx_ms:.0f}"]))
    return lines


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
