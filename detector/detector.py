"""The detector: a picture in, its identity cards out. Joins the finder's look with the aligner's close one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.align import joint_score, look_closely
from detector.detection import Detection
from detector.engines import Engine
from detector.engines.installed_torch import installed_package, is_built_with_cuda
from detector.errors import DeviceUnavailableError
from detector.geometry import Image, bounding_box, is_convex_clockwise, orders_of_corners, quad_area, starting_at
from detector.image_pyramid import Pyramid
from detector.network.anchors import anchor_boxes
from detector.postprocess import CANDIDATE_SCORE, decode, merge, suppress_duplicates, suppress_parts
from detector.preprocess import check_image, letterbox

Device = Literal["auto", "cpu", "cuda"]
Search = Literal["quick", "thorough"]


class FinderLook(NamedTuple):
    """How the finder looks at a picture: the longer side of its input, and whether it is turned by a quarter."""

    side_px: int
    is_turned: bool = False


# Small cards need the larger input, and a turned picture shows the finder the others anew: together they find more than
# any alone.
FINDER_LOOKS: dict[Search, tuple[FinderLook, ...]] = {
    "quick": (FinderLook(320),),
    "thorough": (FinderLook(320), FinderLook(320, is_turned=True), FinderLook(512)),
}

# The lowest, in steps of 0.05, with a false card in at most one of forty validation scenes without a card.
DEFAULT_THRESHOLD = 0.5
SURE_OF_ROTATION = 0.6
# The aligner looks again at what its first look found: from closer to the truth it sees the corners better.
CLOSE_LOOKS = 2
# But not where that look moved no corner by more than this share of the card's size, is sure of the rotation, and of
# seeing a card: another one then gains less than 0.001 of quad IoU.
SETTLED = 0.06
SURE_OF_CARD = 0.9
# A candidate that scores less than this share of the threshold at one look is not looked at again.
KEPT_SHARE = 0.3

_NOTHING = (np.zeros(0), np.zeros((0, 4, 2)))


@dataclass(frozen=True, slots=True)
class _Candidates:
    """N candidates after a look; the finder has no say in `card` and `rotation`.

    Attributes:
        picture: Which picture each is in, (N,).
        quads: In pixels of their pictures, (N, 4, 2).
        finder: The finder's probability, (N,).
        card: The aligner's probability that this is a card, (N,).
        rotation: The aligner's probability that each corner is the content's top-left, (N, 4).
    """

    picture: NDArray[np.int64]
    quads: NDArray[np.float64]
    finder: NDArray[np.float64]
    card: NDArray[np.float64]
    rotation: NDArray[np.float64]

    @property
    def scores(self) -> NDArray[np.float64]:
        """The joint score of both looks, (N,)."""
        return joint_score(self.card, self.finder)

    def where(self, chosen: NDArray[np.bool_]) -> _Candidates:
        """The candidates that are chosen."""
        return _Candidates(
            self.picture[chosen], self.quads[chosen], self.finder[chosen], self.card[chosen], self.rotation[chosen]
        )

    @staticmethod
    def join(parts: list[_Candidates]) -> _Candidates:
        """All candidates of one or more parts."""
        return _Candidates(
            *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Candidates))
        )


class Detector:
    """Finds identity cards. Not for several threads at once; make one for each."""

    def __init__(self, engine: Engine, threshold: float = DEFAULT_THRESHOLD, search: Search = "thorough") -> None:
        """Join an engine, the least score of a detection, 0 to 1, and how to search."""
        self.engine = engine
        self.threshold = threshold
        self.search: Search = search

    @staticmethod
    def load(
        device: Device = "auto",
        threshold: float | None = None,
        search: Search = "thorough",
        models: Path | None = None,
        threads: int | None = None,
    ) -> Detector:
        """The detector with the weights that ship, or with those of the folder `models`.

        "auto" takes a CUDA GPU where torch and a GPU are there, otherwise the CPU, with as many `threads` as given, or
        as are good for one detector alone. A "thorough" search looks at every picture at two sizes, and turned; a
        "quick" one, for live frames, of which another one follows, once at the smaller size.

        Raises:
            DeviceUnavailableError: "cuda" was asked for, and there is none.
            ModelFileError: a model file is missing, damaged or of another version.
        """
        engine = _load_engine(device, models, threads)
        return Detector(engine, DEFAULT_THRESHOLD if threshold is None else threshold, search)

    @property
    def device(self) -> str:
        """What the networks run on, for people to read."""
        return self.engine.device

    def detect(self, image: Image) -> list[Detection]:
        """Find the cards of a picture, BGR uint8 (H, W, 3), best first.

        Raises:
            InvalidImageError: the array is no such picture.
        """
        return self.detect_batch([image])[0]

    def detect_batch(self, images: Sequence[Image]) -> list[list[Detection]]:
        """Find the cards of each of several pictures, as `detect` does, with all of them in the networks at once.

        That is faster on a GPU; on the CPU it is as fast as one picture after the other.

        Raises:
            InvalidImageError: an array is no such picture.
        """
        for image in images:
            check_image(image)
        pyramids = [self.engine.pyramid(image) for image in images]
        if not pyramids:
            return []
        found = self._align(pyramids, self._find(pyramids))
        return [_detections(image, found.where(found.picture == index)) for index, image in enumerate(images)]

    def _find(self, pyramids: list[Pyramid]) -> list[_Candidates]:
        """The first look: the coarse quads of each picture that can still reach the threshold."""
        looks = [self._find_in(look, pyramids) for look in FINDER_LOOKS[self.search]]
        # Where the joint score takes the root of the finder's, less than this can't reach the threshold.
        least_score = max(CANDIDATE_SCORE, self.threshold**2)
        found = []
        for index, parts in enumerate(zip(*looks, strict=True)):
            scores, quads = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
            scores, quads = merge(scores, quads, least_score)
            count = len(quads)
            found.append(_Candidates(np.full(count, index), quads, scores, np.ones(count), np.full((count, 4), 0.25)))
        return found

    def _find_in(
        self, look: FinderLook, pyramids: list[Pyramid]
    ) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Scores and coarse quads, in picture pixels, of one look of the finder at each picture."""
        anchors = self.engine.finder_config.anchors
        fitted = [
            letterbox(pyramid, anchors.strides[-1], look.side_px, is_turned=look.is_turned) for pyramid in pyramids
        ]
        found: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = [_NOTHING] * len(pyramids)
        for shape in dict.fromkeys(one.image.shape for one in fitted):
            alike = [index for index, one in enumerate(fitted) if one.image.shape == shape]
            result = self.engine.find(pyramids[0].batch([fitted[index].image for index in alike]))
            boxes = anchor_boxes(anchors, shape[1], shape[0])
            for index, scores, corners in zip(alike, *result, strict=True):
                decoded, quads = decode(scores, corners, boxes)
                found[index] = (decoded, fitted[index].in_picture(quads))
        return found

    def _align(self, pyramids: list[Pyramid], found: list[_Candidates]) -> _Candidates:
        """The close looks: of all candidates, those that reach the threshold.

        Where there are several looks at one, the last one's corners count, and the mean of what they take it for.
        """
        moving, settled = _Candidates.join(found), []
        for look in range(1, CLOSE_LOOKS + 1):
            moving = moving.where(np.array([is_convex_clockwise(quad) for quad in moving.quads], np.bool_))
            if not len(moving.quads):
                break
            seen = self._look_closely(pyramids, moving)
            is_sure = (seen.rotation.max(axis=1) >= SURE_OF_ROTATION) & (seen.card >= SURE_OF_CARD)
            if look > 1:
                seen = replace(seen, card=moving.card + (seen.card - moving.card) / look)
            is_settled = is_sure & (relative_moves(moving.quads, seen.quads) < SETTLED)
            promising = seen.scores >= KEPT_SHARE * self.threshold
            settled.append(seen.where(promising & is_settled))
            moving = seen.where(promising & ~is_settled)
        aligned = _Candidates.join([*settled, moving])
        return aligned.where(aligned.scores >= self.threshold)

    def _look_closely(self, pyramids: list[Pyramid], found: _Candidates) -> _Candidates:
        """The second look at one or more convex candidates."""
        chosen = [pyramids[index] for index in found.picture]
        seen = look_closely(self.engine.align, self.engine.aligner_config, chosen, found.quads)
        return replace(found, quads=seen.quads, card=seen.card, rotation=seen.rotation)


def _detections(image: Image, found: _Candidates) -> list[Detection]:
    """Sound candidates as detections, best first, without duplicates or parts of others."""
    kept = [int(i) for i in np.argsort(-found.scores, kind="stable") if is_convex_clockwise(found.quads[i])]
    for suppress in (suppress_duplicates, suppress_parts):
        kept = [kept[i] for i in suppress(found.quads[kept])]
    return [_detection(image, found.quads[i], found.rotation[i], float(found.scores[i])) for i in kept]


def _detection(image: Image, quad: NDArray[np.float64], rotation: NDArray[np.float64], score: float) -> Detection:
    height, width = image.shape[:2]
    start = int(np.argmax(rotation))
    upright = starting_at(quad, start)
    box = np.clip(bounding_box(upright), 0, (width, height, width, height))
    sure = rotation[start] >= SURE_OF_ROTATION
    return Detection(score, box, upright, quarter_turn(upright) if sure else None)


def relative_moves(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the farthest corner of each quad (N, 4, 2) moved, across or down, by its size; from any first corner."""
    moves = np.abs(orders_of_corners(after) - before).max(axis=(2, 3)).min(axis=0)
    return np.asarray(moves / np.sqrt([quad_area(quad) for quad in before]))


def quarter_turn(upright: NDArray[np.float64]) -> int:
    """How far a quad that starts at the content's top-left is turned clockwise, to the nearest quarter, in degrees."""
    along = (upright[1] - upright[0]) + (upright[2] - upright[3])
    angle = np.degrees(np.arctan2(along[1], along[0]))
    return int(round(angle / 90) % 4) * 90


def _load_engine(device: Device, models: Path | None, threads: int | None) -> Engine:
    if models is None:
        with as_file(files("resources") / "models") as shipped:
            return _load_engine(device, shipped, threads)
    if device != "cpu" and (engine := _cuda_engine(models)) is not None:
        return engine
    if device == "cuda":
        raise DeviceUnavailableError("no CUDA GPU can be used here; choose the CPU, or see: cardlight doctor")
    from detector.engines.onnx_engine import OnnxEngine

    return OnnxEngine(models, threads)


def _cuda_engine(models: Path) -> Engine | None:
    """The networks in torch on a CUDA GPU; None where torch is not built for it, does not load, or sees no GPU."""
    torch = installed_package("torch")
    if torch is None or not is_built_with_cuda(torch):
        return None
    try:
        from detector.engines.torch_engine import TorchEngine, cuda_is_available
    except (ImportError, OSError):  # a library of CUDA's, or a package that reads weights, is missing
        return None
    return TorchEngine(models, "cuda") if cuda_is_available() else None
