"""What the trainer trains: the finder or the aligner, each with its data, losses and validation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset

from detector.geometry import quad_iou
from detector.network.aligner import Aligner, AlignerOutput
from detector.network.box_coder import decode_corners, encode_boxes, encode_corners
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.retinanet import FinderOutput, RetinaNet
from detector.training.aligner_data import CARD, UNDECIDED, AlignerBatch, AlignerBatches, FinderCandidates
from detector.training.echo import in_other_light, mirrored_anchors
from detector.training.finder_data import WEBCAM_SHARE, FinderBatch, FinderBatches, anchors_of
from detector.training.losses import cyclic_corner_loss, focal_loss, heat_map_loss
from detector.training.matching import IGNORED, POSITIVE
from detector.training.synthesis.bank import Bank

Losses = dict[str, Tensor]
Metrics = dict[str, float]

# Batches for validation have seeds of their own, far from those of any run.
VALIDATION_SEED = 1_000_003


class Task(Protocol):
    """One network with what it learns from."""

    name: str
    batch_size: int

    def build(self) -> RetinaNet | Aligner:
        """A fresh network."""
        ...

    def batches(self, bank: Bank, seed: int) -> Dataset[Any]:
        """Batches by index, reproducible from the seed."""
        ...

    def varied(self, batch: Any, generator: torch.Generator) -> Any:
        """A batch as it is shown once more, changed a little; on the generator's device, which decides how."""
        ...

    def losses(self, model: nn.Module, batch: Any) -> Losses:
        """The terms whose sum is minimised."""
        ...

    def validate(self, model: nn.Module, bank: Bank, batches: int, device: torch.device) -> Metrics:
        """Metrics on validation batches."""
        ...


def as_input(images: Tensor) -> Tensor:
    """Bytes to the networks' input: 0 to 1, channels last."""
    return images.to(torch.float32).mul_(1 / 255).contiguous(memory_format=torch.channels_last)


class FinderTask:
    """Train the finder: focal loss, box loss, and the corner loss that does not care where the order starts."""

    def __init__(
        self, config: FinderConfig, *, side_px: int, batch_size: int, webcam_share: float = WEBCAM_SHARE
    ) -> None:
        """Describe the finder, the pictures of a batch, and how many of the scenes a webcam takes."""
        self.name = "finder"
        self.config, self.side_px, self.batch_size, self.webcam_share = config, side_px, batch_size, webcam_share

    def build(self) -> RetinaNet:
        """A fresh finder."""
        return RetinaNet(self.config)

    def batches(self, bank: Bank, seed: int) -> FinderBatches:
        """Batches of scenes."""
        return FinderBatches(
            bank,
            self.config,
            side_px=self.side_px,
            batch_size=self.batch_size,
            seed=seed,
            webcam_share=self.webcam_share,
        )

    def varied(self, batch: FinderBatch, generator: torch.Generator) -> FinderBatch:
        """The batch mirrored in one of four ways, and each picture in other light."""
        ways = torch.randint(2, (2,), generator=generator, device=batch.images.device).tolist()
        height, width = batch.images.shape[-2:]
        # The cells of the coarsest level lie alike from both ends only where they fill the picture.
        step = self.config.anchors.strides[-1]
        axes = tuple(axis for axis, side_px in enumerate((height, width)) if ways[axis] and side_px % step == 0)
        places = mirrored_anchors(self.config.anchors, width, height, axes).to(batch.images.device)
        quads = batch.quads.clone()
        for axis in axes:
            quads[..., 1 - axis] = (height, width)[axis] - quads[..., 1 - axis]
        return FinderBatch(
            images=in_other_light(batch.images, generator).flip([axis + 2 for axis in axes]),
            labels=batch.labels[:, places],
            # To mirror twice is not to mirror: the anchor that takes one's place is the one whose place it takes.
            positives=torch.stack([batch.positives[:, 0], places[batch.positives[:, 1]]], dim=1),
            # Mirrored once, the corners run counter-clockwise.
            quads=quads.flip(1) if len(axes) == 1 else quads,
        )

    def losses(self, model: nn.Module, batch: FinderBatch) -> Losses:
        """Focal, box and corner loss, each per positive anchor."""
        raw: FinderOutput = model(as_input(batch.images))
        output = raw.in_single_precision()
        labels = batch.labels
        positives = max(1, len(batch.positives))
        counted = labels != IGNORED
        score = focal_loss(output.logits[..., 0][counted], (labels[counted] == POSITIVE).float()) / positives
        anchors = torch.tensor(anchors_of(self.config, batch.images)).to(labels.device)
        picture, anchor = batch.positives.unbind(dim=1)
        boxes = torch.cat([batch.quads.amin(dim=1), batch.quads.amax(dim=1)], dim=-1)
        deltas = encode_boxes(boxes, anchors[anchor])
        box = functional.smooth_l1_loss(output.deltas[picture, anchor], deltas, beta=0.1, reduction="sum")
        losses = {"score": score, "box": box / (4 * positives)}
        if output.corners is not None:
            target = encode_corners(batch.quads, anchors[anchor]).view(-1, 4, 2)
            predicted = output.corners[picture, anchor].view(-1, 4, 2)
            losses["corners"] = 2.0 * cyclic_corner_loss(predicted, target, beta=0.1).sum() / positives
        return losses

    def validate(self, model: nn.Module, bank: Bank, batches: int, device: torch.device) -> Metrics:
        """Loss, and at the cards' best-scored anchors the share above 0.3 and the mean IoU of the coarse quads."""
        data = self.batches(bank, VALIDATION_SEED)
        totals, overlaps = [], []
        for index in range(batches):
            batch = data[index].to(device)
            totals.append(float(sum(self.losses(model, batch).values())))
            output: FinderOutput = model(as_input(batch.images))
            if output.corners is not None:
                overlaps += _quad_overlaps(self.config, batch, output)
        metrics = {"loss": float(np.mean(totals))}
        if overlaps:
            scores, ious = np.array(overlaps).T
            metrics |= {"confident": float(np.mean(scores > 0.3)), "quad_iou": float(np.mean(ious))}
        return metrics


def _quad_overlaps(config: FinderConfig, batch: FinderBatch, output: FinderOutput) -> list[tuple[float, float]]:
    """For each card, its best positive anchor's score and the IoU of that anchor's quad."""
    anchors = anchors_of(config, batch.images)
    scores = output.logits[..., 0].sigmoid().cpu().numpy()
    corners = output.corners.cpu().numpy()  # type: ignore[union-attr]
    best: dict[tuple[int, bytes], tuple[float, float]] = {}
    quads = batch.quads.cpu().numpy().astype(np.float64)
    for (picture, anchor), quad in zip(batch.positives.tolist(), quads, strict=True):
        key = (picture, quad.tobytes())
        score = float(scores[picture, anchor])
        if score > best.get(key, (-1.0, 0.0))[0]:
            found = decode_corners(corners[picture, anchor], anchors[anchor]).astype(np.float64)
            best[key] = (score, quad_iou(found, quad))
    return list(best.values())


class AlignerTask:
    """Train the aligner: corners with a heat-map term, rotation, and card or not."""

    def __init__(self, config: AlignerConfig, *, batch_size: int, finder: FinderCandidates | None = None) -> None:
        self.name = "aligner"
        self.config, self.batch_size, self.finder = config, batch_size, finder

    def build(self) -> Aligner:
        """A fresh aligner."""
        return Aligner(self.config)

    def batches(self, bank: Bank, seed: int) -> AlignerBatches:
        """Batches of views."""
        return AlignerBatches(bank, self.config, batch_size=self.batch_size, seed=seed, finder=self.finder)

    def varied(self, batch: AlignerBatch, generator: torch.Generator) -> AlignerBatch:
        """The views upside down or not, and each in other light."""
        images = in_other_light(batch.images, generator)
        if not torch.randint(2, (), generator=generator, device=images.device).item():
            return replace(batch, images=images)
        corners = (self._view_size(batch.corners) - batch.corners).roll(2, dims=1)
        return AlignerBatch(images.flip([2, 3]), corners, (batch.rotation + 2) % 4, batch.card)

    def losses(self, model: nn.Module, batch: AlignerBatch) -> Losses:
        """Corner, heat-map and rotation loss on cards, and card-or-not loss on all decided views."""
        raw: AlignerOutput = model(as_input(batch.images))
        output = raw.in_single_precision()
        is_card = batch.card == CARD
        cards = is_card.float().sum().clamp(min=1)
        # A corner outside the view has no heat map; its card still counts for the others.
        inside = ((batch.corners >= 0) & (batch.corners <= self._view_size(batch.corners))).all(dim=-1)
        counted = (inside & is_card[:, None]).float()
        corner = functional.smooth_l1_loss(output.corners, batch.corners, beta=2.0, reduction="none").mean(dim=-1)
        heat = heat_map_loss(output.heat, batch.corners, self._positions(output.heat), sigma_px=4.0)
        rotation = functional.cross_entropy(output.rotation, batch.rotation, reduction="none")
        decided = batch.card != UNDECIDED
        card = functional.binary_cross_entropy_with_logits(output.card, is_card.float(), reduction="none")
        return {
            "corners": 0.5 * (corner * counted).sum() / (4 * cards),
            "heat": 0.25 * (heat * counted).sum() / (4 * cards),
            "rotation": 0.5 * (rotation * is_card).sum() / cards,
            "card": (card * decided).sum() / decided.sum().clamp(min=1),
        }

    def validate(self, model: nn.Module, bank: Bank, batches: int, device: torch.device) -> Metrics:
        """Loss, mean quad IoU and rotation on cards, and card-or-not accuracy."""
        data = self.batches(bank, VALIDATION_SEED)
        totals, ious, turned, judged = [], [], [], []
        for index in range(batches):
            batch = data[index].to(device)
            totals.append(float(sum(self.losses(model, batch).values())))
            output: AlignerOutput = model(as_input(batch.images))
            cards = (batch.card == CARD).cpu().numpy()
            found, true = output.corners.cpu().numpy()[cards], batch.corners.cpu().numpy()[cards]
            ious += [quad_iou(a.astype(np.float64), b.astype(np.float64)) for a, b in zip(found, true, strict=True)]
            turned += (output.rotation.argmax(dim=-1) == batch.rotation).cpu().numpy()[cards].tolist()
            decided = (batch.card != UNDECIDED).cpu().numpy()
            judged += ((output.card > 0).cpu().numpy() == cards)[decided].tolist()
        return {
            "loss": float(np.mean(totals)),
            "quad_iou": float(np.mean(ious)),
            "rotation": float(np.mean(turned)),
            "card": float(np.mean(judged)),
        }

    def _view_size(self, like: Tensor) -> Tensor:
        return like.new_tensor([self.config.view_width_px, self.config.view_height_px])

    def _positions(self, heat: Tensor) -> Tensor:
        """Places of the heat map's cells in view pixels, (h * w, 2)."""
        rows, columns = heat.shape[-2:]
        stride = self.config.view_width_px / columns
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        return ((torch.stack([x, y], dim=-1).reshape(-1, 2) + 0.5) * stride).to(heat)
