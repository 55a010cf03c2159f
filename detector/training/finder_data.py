"""Batches for the finder: scenes of one input shape with their anchors matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from detector.geometry import Image, bounding_box
from detector.network.anchors import anchor_boxes
from detector.network.config import FinderConfig
from detector.training.matching import POSITIVE, match_anchors
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.camera import chance
from detector.training.synthesis.composition import compose_scene
from detector.training.synthesis.scene import Scene, render
from detector.training.synthesis.webcam import take

# Shapes of the input, as (width, height) in units of its longer side: those of the rectangular inputs at run time.
SHAPES = ((1.0, 1.0), (1.0, 0.8), (0.8, 1.0), (1.0, 0.6), (0.6, 1.0))
COARSEST_STRIDE = 64
LOW_DETAIL_SHARE = 0.15
WEBCAM_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class FinderBatch:
    """N pictures and what each anchor is to answer.

    Attributes:
        images: uint8, (N, 3, H, W), BGR.
        labels: int8, (N, A), as in `Matches`.
        positives: int64, (P, 2): picture and anchor of each positive.
        quads: float32, (P, 4, 2): the card of each positive.
    """

    images: Tensor
    labels: Tensor
    positives: Tensor
    quads: Tensor

    def to(self, device: torch.device) -> FinderBatch:
        """The batch on another device."""
        return FinderBatch(*(t.to(device) for t in (self.images, self.labels, self.positives, self.quads)))


def batch_shape(rng: np.random.Generator, side_px: int) -> tuple[int, int]:
    """Input width and height of a batch: multiples of 64, the longer side `side_px`."""
    width, height = SHAPES[int(rng.integers(len(SHAPES)))]
    step = COARSEST_STRIDE
    return round(width * side_px / step) * step, round(height * side_px / step) * step


def finder_picture(
    rng: np.random.Generator, bank: Bank, width: int, height: int, *, webcam_share: float = WEBCAM_SHARE
) -> tuple[Scene, Image]:
    """A scene and a picture of it, sometimes with the black border that letterboxing leaves."""
    widest = min(COARSEST_STRIDE, min(width, height) // 4)
    border = int(rng.integers(1, widest)) if chance(rng, 0.3) else 0
    wide, high = (width, height - border) if width >= height else (width - border, height)
    scene = compose_scene(rng, bank, wide, high)
    detail = rng.uniform(0.5, 1.0) if chance(rng, LOW_DETAIL_SHARE) else 1.0
    picture = take(rng, render(scene, np.eye(3), (wide, high)), detail, webcam_share=webcam_share)
    image = np.zeros((height, width, 3), np.uint8)
    image[:high, :wide] = picture
    return scene, image


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture of a batch.

    Attributes:
        image: BGR.
        cards: Quads of its cards, (N, 4, 2).
        hidden: Quads of what is neither to be found nor counted against, (M, 4, 2).
    """

    image: Image
    cards: NDArray[np.float64]
    hidden: NDArray[np.float64]


def matched_batch(pictures: Sequence[LabelledPicture], config: FinderConfig) -> FinderBatch:
    """Pictures of one size as a batch, their anchors matched."""
    height, width = pictures[0].image.shape[:2]
    anchors = anchor_boxes(config.anchors, width, height)
    labels, positives, quads = [], [], []
    for index, picture in enumerate(pictures):
        matches = match_anchors(anchors, bounding_box(picture.cards), bounding_box(picture.hidden))
        matched = np.flatnonzero(matches.labels == POSITIVE)
        labels.append(matches.labels)
        positives.append(np.stack([np.full_like(matched, index), matched], axis=1))
        quads.append(picture.cards[matches.card_of_anchor[matched]] if len(matched) else np.zeros((0, 4, 2)))
    images = np.stack([picture.image for picture in pictures])
    return FinderBatch(
        images=torch.from_numpy(images.transpose(0, 3, 1, 2).copy()),
        labels=torch.from_numpy(np.stack(labels)),
        positives=torch.from_numpy(np.concatenate(positives)),
        quads=torch.from_numpy(np.concatenate(quads).astype(np.float32)),
    )


def scene_picture(
    rng: np.random.Generator, bank: Bank, width: int, height: int, *, webcam_share: float
) -> LabelledPicture:
    """A rendered picture with its labels."""
    scene, image = finder_picture(rng, bank, width, height, webcam_share=webcam_share)
    return LabelledPicture(image, scene.cards, scene.hidden_cards)


class FinderBatches(Dataset[FinderBatch]):
    """Item i is batch i: the same seed gives the same batch, in whichever process it is made."""

    def __init__(
        self,
        bank: Bank,
        config: FinderConfig,
        *,
        side_px: int,
        batch_size: int,
        seed: int,
        webcam_share: float = WEBCAM_SHARE,
    ) -> None:
        self.bank, self.config, self.webcam_share = bank, config, webcam_share
        self.side_px, self.batch_size, self.seed = side_px, batch_size, seed

    def __getitem__(self, index: int) -> FinderBatch:
        cv2.setNumThreads(1)
        rng = np.random.default_rng((self.seed, index))
        width, height = batch_shape(rng, self.side_px)
        pictures = [
            scene_picture(rng, self.bank, width, height, webcam_share=self.webcam_share) for _ in range(self.batch_size)
        ]
        return matched_batch(pictures, self.config)


def anchors_of(config: FinderConfig, images: Tensor) -> NDArray[np.float32]:
    """The anchors of a batch of pictures."""
    return anchor_boxes(config.anchors, images.shape[-1], images.shape[-2])
