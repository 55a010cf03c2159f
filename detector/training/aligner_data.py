"""Batches for the aligner: close views of candidates that carry the errors the finder makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from detector.align import landscape_order, view_homography
from detector.detector import FINDER_LOOKS
from detector.engines.onnx_engine import OnnxFinder
from detector.geometry import (
    Image,
    in_nearest_order,
    is_convex_clockwise,
    quad_iou,
    transform_points,
    warp_perspective,
)
from detector.image_pyramid import ImagePyramid
from detector.network.anchors import anchor_boxes
from detector.network.config import AlignerConfig
from detector.postprocess import candidates
from detector.preprocess import letterbox
from detector.training.finder_data import SHAPES
from detector.training.finder_data import WEBCAM_SHARE as FINDER_WEBCAM_SHARE
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.camera import chance
from detector.training.synthesis.composition import compose_scene
from detector.training.synthesis.scene import Quad, Scene, render
from detector.training.synthesis.webcam import take

SCENE_SIDE_PX = 320
FINDER_SIDES_PX = sorted({look.side_px for look in FINDER_LOOKS["thorough"]})
VIEWS_PER_SCENE = 4
# With two of five, rendered frames of a webcam were judged no better after 95 minutes, and real photos worse.
WEBCAM_SHARE = 0.25
CARD_IOU = 0.5
NO_CARD_IOU = 0.42
CARD, NO_CARD, UNDECIDED = 1, 0, -1


@dataclass(frozen=True, slots=True)
class AlignerBatch:
    """N views and what the aligner is to answer.

    Attributes:
        images: uint8, (N, 3, h, w), BGR.
        corners: float32, (N, 4, 2), view pixels, clockwise from the view's top-left; valid where `card` is CARD.
        rotation: int64, (N,): which of these corners is the content's top-left; valid where `card` is CARD.
        card: int8, (N,): CARD, NO_CARD or UNDECIDED.
    """

    images: Tensor
    corners: Tensor
    rotation: Tensor
    card: Tensor

    def to(self, device: torch.device) -> AlignerBatch:
        """The batch on another device."""
        return AlignerBatch(*(t.to(device) for t in (self.images, self.corners, self.rotation, self.card)))


@dataclass(frozen=True, slots=True)
class View:
    """One view with its answers."""

    image: Image
    corners: NDArray[np.float64]
    rotation: int
    card: int


def disturbed(rng: np.random.Generator, quad: Quad) -> Quad:
    """A quad with a finder's errors: shifted, scaled, turned, and each corner off on its own.

    The spreads are chosen, not measured: from the small errors that a second look starts from to a finder's worst. A
    trained finder's own errors come from `FinderCandidates`.
    """
    strength = rng.choice([0.25, 1.0, 2.0], p=[0.25, 0.55, 0.2])
    centre = quad.mean(axis=0)
    size = np.sqrt(np.abs(np.linalg.det(np.stack([quad[1] - quad[0], quad[3] - quad[0]]))))
    angle = rng.normal(0, 0.03) * strength
    cos, sin = np.cos(angle), np.sin(angle)
    scale = np.exp(rng.normal(0, 0.035, 2) * strength)
    moved = (quad - centre) @ np.array([[cos, sin], [-sin, cos]]) * scale
    shift = rng.normal(0, 0.03, 2) * strength * size
    jitter = rng.normal(0, 0.025, (4, 2)) * strength * size
    return np.asarray(centre + moved + shift + jitter)


def random_candidate(rng: np.random.Generator, scene: Scene) -> Quad:
    """A candidate with nothing particular in it: any place, any turn, any size."""
    size = np.exp(rng.uniform(np.log(0.1), np.log(0.8))) * min(scene.width, scene.height)
    half = np.array([size * rng.uniform(0.9, 1.7), size]) / 2
    angle = rng.uniform(0, 2 * np.pi)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half @ rotation
    return disturbed(rng, corners + rng.uniform(0.1, 0.9, 2) * (scene.width, scene.height))


def misplaced_candidate(rng: np.random.Generator, card: Quad) -> Quad:
    """A candidate on a part of a card, or on much more than it."""
    scale = rng.choice([rng.uniform(0.25, 0.6), rng.uniform(1.6, 2.6)])
    centre = card.mean(axis=0)
    shift = rng.uniform(-0.4, 0.4, 2) @ np.stack([card[1] - card[0], card[3] - card[0]])
    return disturbed(rng, centre + (card - centre) * scale + shift)


def _part(rng: np.random.Generator, quad: Quad) -> Quad:
    """A part of a rectangle from one of its sides, as the picture or the text box of a card."""
    share = rng.uniform(0.3, 0.75)
    turned = np.roll(quad, int(rng.integers(4)), axis=0)
    far = turned[:2] + (turned[[3, 2]] - turned[:2]) * share
    return np.stack([turned[0], turned[1], far[1], far[0]])


def drawn_candidate(rng: np.random.Generator, scene: Scene) -> Quad:
    """A candidate of a scene as a finder might see it: most often a card, otherwise another rectangle or any place."""
    kind = rng.random()
    if kind < 0.58 and len(scene.cards):
        return disturbed(rng, scene.cards[int(rng.integers(len(scene.cards)))])
    if kind < 0.68 and len(scene.cards):
        card = scene.cards[int(rng.integers(len(scene.cards)))]
        return misplaced_candidate(rng, card) if chance(rng, 0.5) else disturbed(rng, _part(rng, card))
    sheets = [layer.quad for layer in scene.layers if layer.role == "ground"]
    others = [*scene.rectangles, *sheets]
    if others and chance(rng, 0.8):
        rectangle = others[int(rng.integers(len(others)))]
        return disturbed(rng, rectangle if chance(rng, 0.6) else _part(rng, rectangle))
    return random_candidate(rng, scene)


class FinderCandidates:
    """The candidates that a trained finder gives: its real errors and its real mistakes."""

    def __init__(self, finder: Path) -> None:
        self._finder = finder
        self._engine: OnnxFinder | None = None

    def __reduce__(self) -> tuple[type[FinderCandidates], tuple[Path]]:
        """Other processes open the model themselves."""
        return FinderCandidates, (self._finder,)

    def __call__(self, rng: np.random.Generator, scene: Scene) -> list[Quad]:
        """Candidates of a scene photographed at one of the sizes that a search looks at, best first."""
        self._engine = self._engine or OnnxFinder(self._finder, threads=1)
        anchors = self._engine.config.anchors
        side_px = FINDER_SIDES_PX[int(rng.integers(len(FINDER_SIDES_PX)))]
        scale = side_px / max(scene.width, scene.height)
        size = (round(scale * scene.width), round(scale * scene.height))
        picture = take(rng, render(scene, np.diag([scale, scale, 1.0]), size), 1.0, webcam_share=FINDER_WEBCAM_SHARE)
        fitted = letterbox(ImagePyramid(picture), anchors.strides[-1], side_px)
        result = self._engine.find(fitted.image[None])
        height, width = fitted.image.shape[:2]
        _, quads = candidates(result.scores[0], result.corners[0], anchor_boxes(anchors, width, height))
        return list(fitted.in_picture(quads) / scale)


def close_view(rng: np.random.Generator, scene: Scene, quad: Quad, config: AlignerConfig) -> View:
    """The view of a candidate, photographed, with the true answers."""
    quad = landscape_order(np.roll(quad, int(rng.integers(4)), axis=0))
    to_view = view_homography(quad, config.view_width_px, config.view_height_px)
    size = (config.view_width_px, config.view_height_px)
    detail = float(np.exp(rng.uniform(np.log(0.25), 0.0))) if chance(rng, 0.4) else 1.0
    image = take(rng, render(scene, to_view, size), detail, webcam_share=WEBCAM_SHARE)
    image = _cut_by_the_frame(image, scene, to_view)
    overlaps = [quad_iou(card, quad) for card in scene.cards]
    hidden = [quad_iou(card, quad) for card in scene.hidden_cards]
    best = int(np.argmax(overlaps)) if overlaps else -1
    if best < 0 or overlaps[best] < CARD_IOU:
        near = max([*overlaps, 0.0]) > NO_CARD_IOU or max([*hidden, 0.0]) > NO_CARD_IOU / 2
        return View(image, np.zeros((4, 2)), 0, UNDECIDED if near else NO_CARD)
    in_view = transform_points(to_view, scene.cards[best])
    corners, starts = in_nearest_order(in_view[None], transform_points(to_view, quad))
    return View(image, corners[0], -int(starts[0]) % 4, CARD)


def _cut_by_the_frame(view: Image, scene: Scene, to_view: NDArray[np.float64]) -> Image:
    """The view with black beyond the scene's frame, as a picture's views have it: there is nothing to read there."""
    frame = np.full((scene.height, scene.width), 255, np.uint8)
    seen = warp_perspective(frame, to_view, (view.shape[1], view.shape[0]))
    return np.asarray(cv2.multiply(view, cv2.merge([seen] * 3), scale=1 / 255), np.uint8)


def scene_views(
    rng: np.random.Generator, bank: Bank, config: AlignerConfig, finder: FinderCandidates | None = None
) -> list[View]:
    """Several views of one scene: of drawn candidates, and, where there is a finder, as many of its own."""
    width, height = SHAPES[int(rng.integers(len(SHAPES)))]
    scene = compose_scene(rng, bank, round(width * SCENE_SIDE_PX), round(height * SCENE_SIDE_PX))
    quads = _some(rng, finder(rng, scene), VIEWS_PER_SCENE // 2) if finder is not None else []
    while len(quads) < VIEWS_PER_SCENE:
        quad = drawn_candidate(rng, scene)
        if is_convex_clockwise(quad):
            quads.append(quad)
    return [close_view(rng, scene, quad, config) for quad in quads]


def _some(rng: np.random.Generator, quads: list[Quad], count: int) -> list[Quad]:
    """At most `count` of the quads, without order."""
    return [quads[int(index)] for index in rng.permutation(len(quads))[:count]]


class AlignerBatches(Dataset[AlignerBatch]):
    """Item i is batch i: the same seed gives the same batch, in whichever process it is made."""

    def __init__(
        self, bank: Bank, config: AlignerConfig, *, batch_size: int, seed: int, finder: FinderCandidates | None = None
    ) -> None:
        self.bank, self.config, self.batch_size, self.seed, self.finder = bank, config, batch_size, seed, finder

    def __getitem__(self, index: int) -> AlignerBatch:
        cv2.setNumThreads(1)
        rng = np.random.default_rng((self.seed, index))
        views: list[View] = []
        while len(views) < self.batch_size:
            views += scene_views(rng, self.bank, self.config, self.finder)
        views = views[: self.batch_size]
        return AlignerBatch(
            images=torch.from_numpy(np.stack([view.image for view in views]).transpose(0, 3, 1, 2).copy()),
            corners=torch.from_numpy(np.stack([view.corners for view in views]).astype(np.float32)),
            rotation=torch.tensor([view.rotation for view in views]),
            card=torch.tensor([view.card for view in views], dtype=torch.int8),
        )
