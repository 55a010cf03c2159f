"""What the student learns from: rendered scenes and machine-labelled pictures of a pool, in a stated ratio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import Dataset

from detector.geometry import (
    Image,
    homography,
    intersection_area,
    is_convex_clockwise,
    quad_area,
    rectangle_quad,
    transform_points,
    warp_perspective,
)
from detector.image_pyramid import ImagePyramid
from detector.network.config import FinderConfig
from detector.network.retinanet import RetinaNet
from detector.training.distillation.errors import EmptyPoolError, UnreadablePictureError
from detector.training.distillation.labels import LabelledPool
from detector.training.distillation.predictions import ReadPicture
from detector.training.finder_data import (
    LOW_DETAIL_SHARE,
    WEBCAM_SHARE,
    FinderBatch,
    LabelledPicture,
    batch_shape,
    matched_batch,
    scene_picture,
)
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.camera import chance, photograph
from detector.training.synthesis.composition import LABELLED_FROM, MIN_CARD_SIDE_PX
from detector.training.tasks import FinderTask, Losses, Metrics

# A picture of the pool has its own light and noise; so often it is photographed once more.
PHOTOGRAPHED_AGAIN_SHARE = 0.35
# So often a picture is turned by a quarter where that brings its longer side along the frame's.
LAID_ALONG_SHARE = 0.7
# So many pictures that have gone since they were labelled are passed over for one picture of a batch.
PATIENCE = 20


def random_view(rng: np.random.Generator, size: tuple[int, int], target: tuple[int, int]) -> NDArray[np.float64]:
    """A homography that fits a picture of `size` into a frame of `target`, turned, zoomed, moved and tilted a little.

    Both sizes are (width, height). The zoom lies between those at which the whole picture is in the frame and at which
    it covers all of it, or a little beyond.
    """
    lies_across = (size[0] > size[1]) != (target[0] > target[1])
    turns = 2 * int(chance(rng, 0.25)) + int(chance(rng, LAID_ALONG_SHARE if lies_across else 1 - LAID_ALONG_SHARE))
    width, height = size if turns % 2 == 0 else size[::-1]
    scales = np.log(np.array(target) / (width, height))
    zoom = float(np.exp(rng.uniform(scales.min(), scales.max()) + rng.uniform(np.log(0.9), np.log(1.25))))
    corners = (rectangle_quad(width, height) - np.array([width, height]) / 2) * zoom
    angle = rng.normal(0, 0.06)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = corners @ rotation + rng.normal(0, 0.02, (4, 2)) * zoom * min(width, height)
    room = np.abs(np.array(target) - np.array([width, height]) * zoom) / 2
    corners = corners + np.array(target) / 2 + rng.uniform(-1, 1, 2) * room
    return homography(rectangle_quad(*size), np.roll(corners, -turns, axis=0))


def pool_picture(
    rng: np.random.Generator,
    image: Image,
    cards: NDArray[np.float64],
    unsure: NDArray[np.float64],
    target: tuple[int, int],
) -> LabelledPicture:
    """A view of a labelled picture, (width, height) = `target`, and where its cards are in it.

    A card that is mostly outside, or too small to be asked for, counts as hidden, as does what is unsure.
    """
    height, width = image.shape[:2]
    matrix = random_view(rng, (width, height), target)
    frame = rectangle_quad(*target)
    whole = transform_points(matrix, rectangle_quad(width, height))
    pyramid = ImagePyramid(image)
    level = pyramid.level_for(float(np.sqrt(quad_area(whole) / (width * height))))
    view = warp_perspective(pyramid.level(level), matrix @ np.diag([2.0**level, 2.0**level, 1.0]), target)
    if chance(rng, PHOTOGRAPHED_AGAIN_SHARE):
        detail = float(rng.uniform(0.5, 1.0)) if chance(rng, LOW_DETAIL_SHARE) else 1.0
        view = _blackened_outside(photograph(rng, view, detail), whole)
    found: list[NDArray[np.float64]] = []
    hidden = list(transform_points(matrix, unsure))
    for quad in transform_points(matrix, cards):
        (found if _is_asked_for(quad, frame) else hidden).append(quad)
    return LabelledPicture(view, _stack(found), _stack([quad for quad in hidden if is_convex_clockwise(quad)]))


class MixedBatches(Dataset[FinderBatch]):
    """Item i is batch i, of as many machine-labelled pictures as stated, and rendered scenes for the rest."""

    def __init__(
        self,
        bank: Bank,
        config: FinderConfig,
        pool: Path,
        labels: LabelledPool,
        read: ReadPicture,
        *,
        side_px: int,
        batch_size: int,
        machine_labelled: int,
        seed: int,
        webcam_share: float = WEBCAM_SHARE,
    ) -> None:
        """Join a bank and a pool.

        Args:
            bank: What scenes are composed from.
            config: The student's.
            pool: Folder of the pictures.
            labels: Their labels.
            read: Opens a picture; other processes get it pickled.
            side_px: Longer side of a picture of a batch.
            batch_size: Pictures in a batch.
            machine_labelled: How many of them come from the pool.
            seed: The same seed gives the same batches.
            webcam_share: How many of the rendered scenes a webcam takes.
        """
        self.bank, self.config, self.pool, self.labels, self.read = bank, config, pool, labels, read
        self.side_px, self.batch_size, self.machine_labelled, self.seed = side_px, batch_size, machine_labelled, seed
        self.webcam_share = webcam_share

    def __getitem__(self, index: int) -> FinderBatch:
        cv2.setNumThreads(1)
        rng = np.random.default_rng((self.seed, index))
        size = batch_shape(rng, self.side_px)
        pictures = [self._from_pool(rng, size) for _ in range(self.machine_labelled)]
        pictures += [
            scene_picture(rng, self.bank, *size, webcam_share=self.webcam_share)
            for _ in range(self.batch_size - self.machine_labelled)
        ]
        return matched_batch(pictures, self.config)

    def _from_pool(self, rng: np.random.Generator, size: tuple[int, int]) -> LabelledPicture:
        for _ in range(PATIENCE):
            labels = self.labels[int(rng.integers(len(self.labels)))]
            try:
                image = self.read(self.pool / labels.file)
            except UnreadablePictureError:
                continue
            scale = np.array([image.shape[1] / labels.width, image.shape[0] / labels.height])
            return pool_picture(rng, image, labels.quads * scale, labels.unsure * scale, size)
        raise EmptyPoolError("read any more")


class DistillationTask:
    """Train a finder on scenes and a pool; losses and validation are the finder's own, the latter on scenes alone."""

    def __init__(
        self, finder: FinderTask, pool: Path, labels: LabelledPool, read: ReadPicture, machine_labelled_share: float
    ) -> None:
        """Join the finder's task with a pool, of which `machine_labelled_share` of every batch is taken."""
        self.name, self.batch_size, self.finder = finder.name, finder.batch_size, finder
        self.machine_labelled = max(1, round(machine_labelled_share * finder.batch_size))
        self._pool, self._labels, self._read = pool, labels, read

    def build(self) -> RetinaNet:
        """A fresh finder."""
        return self.finder.build()

    def batches(self, bank: Bank, seed: int) -> MixedBatches:
        """Batches of scenes and pictures of the pool."""
        return MixedBatches(
            bank,
            self.finder.config,
            self._pool,
            self._labels,
            self._read,
            side_px=self.finder.side_px,
            batch_size=self.batch_size,
            machine_labelled=self.machine_labelled,
            seed=seed,
            webcam_share=self.finder.webcam_share,
        )

    def varied(self, batch: FinderBatch, generator: torch.Generator) -> FinderBatch:
        """The batch mirrored and in other light, as the finder's."""
        return self.finder.varied(batch, generator)

    def losses(self, model: nn.Module, batch: Any) -> Losses:
        """The finder's losses."""
        return self.finder.losses(model, batch)

    def validate(self, model: nn.Module, bank: Bank, batches: int, device: torch.device) -> Metrics:
        """The finder's metrics, on scenes."""
        return self.finder.validate(model, bank, batches, device)


def _is_asked_for(quad: NDArray[np.float64], frame: NDArray[np.float64]) -> bool:
    if not is_convex_clockwise(quad) or quad_area(quad) < 0.5 * MIN_CARD_SIDE_PX**2:
        return False
    return intersection_area(quad, frame) >= LABELLED_FROM * quad_area(quad)


def _blackened_outside(image: Image, quad: NDArray[np.float64]) -> Image:
    """The picture with black around the quad, as letterboxing leaves it."""
    inside = np.zeros(image.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round((quad - 0.5) * 16).astype(np.int32), 255, shift=4)
    return np.asarray(cv2.bitwise_and(image, image, mask=inside), np.uint8)


def _stack(quads: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.stack(quads) if quads else np.zeros((0, 4, 2))
