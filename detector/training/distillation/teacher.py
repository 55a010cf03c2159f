"""The teacher: a finder that looks at several transforms of a picture, and an aligner that looks at the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.align import joint_score, look_closely
from detector.detector import SURE_OF_ROTATION, quarter_turn
from detector.geometry import Image, is_convex_clockwise
from detector.image_pyramid import ImagePyramid
from detector.postprocess import suppress_duplicates
from detector.training.distillation.merging import Look, Merged, merge_looks
from detector.training.distillation.transforms import Transform
from detector.training.folding import Aligns, Finds, coarse_detections

# What scores less is not kept: no threshold is that low.
LEAST_SCORE = 0.05
CLOSE_LOOKS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What may be a card.

    Attributes:
        score: 0 to 1.
        agreeing: How many transforms showed it.
        quad: (4, 2), clockwise, in pixels of the picture, from the content's top-left where `rotation` is known.
        rotation: How far the content is turned clockwise in the picture: 0, 90, 180, 270 degrees, or None.
    """

    score: float
    agreeing: int
    quad: NDArray[np.float64]
    rotation: int | None


class Teacher:
    """Finds what may be cards, slowly and well."""

    def __init__(self, finder: Finds, transforms: Sequence[Transform], aligner: Aligns | None) -> None:
        """Join a finder, the transforms, and an aligner; without one, corners stay as the finder saw them."""
        self.finder, self.transforms, self.aligner = finder, tuple(transforms), aligner

    def find(self, image: Image) -> list[Candidate]:
        """The candidates of a picture, BGR uint8 (H, W, 3), best first, without duplicates."""
        pyramid = ImagePyramid(image)
        merged = [one for one in merge_looks(self._looks(pyramid)) if one.score >= LEAST_SCORE]
        if self.aligner is None:
            return [Candidate(one.score, one.agreeing, one.quad, None) for one in merged]
        return align_candidates(self.aligner, pyramid, merged)

    def _looks(self, pyramid: ImagePyramid) -> list[Look]:
        largest_px = max(transform.side_px for transform in self.transforms)
        level = pyramid.level_for(largest_px / max(pyramid.image.shape[:2]))
        reduced = pyramid.level(level)
        return [self._look(reduced, 2**level, transform) for transform in self.transforms]

    def _look(self, reduced: Image, scale: int, transform: Transform) -> Look:
        """What one transform shows; the picture is `scale` times as large as `reduced`."""
        found = coarse_detections(self.finder, transform.apply(reduced), transform.side_px)
        quads = np.array([one.quad for one in found], np.float64).reshape(-1, 4, 2)
        height, width = reduced.shape[:2]
        return Look(np.array([one.score for one in found]), scale * transform.back(quads, width, height))


def align_candidates(aligner: Aligns, pyramid: ImagePyramid, merged: Sequence[Merged]) -> list[Candidate]:
    """The candidates with the aligner's corners, rotation and verdict, best first.

    The score joins both looks as the detector's does.
    """
    found = [Candidate(one.score, one.agreeing, one.quad, None) for one in merged]
    finder_scores = [one.score for one in merged]
    for _ in range(CLOSE_LOOKS):
        sound = [index for index, one in enumerate(found) if is_convex_clockwise(one.quad)]
        found, finder_scores = [found[index] for index in sound], [finder_scores[index] for index in sound]
        if not found:
            return []
        found = _aligned(aligner, pyramid, found, finder_scores)
    likely = [one for one in found if one.score >= LEAST_SCORE and is_convex_clockwise(one.quad)]
    best_first = sorted(likely, key=lambda one: -one.score)
    return [best_first[index] for index in suppress_duplicates(np.array([one.quad for one in best_first]))]


def _aligned(
    aligner: Aligns, pyramid: ImagePyramid, found: Sequence[Candidate], finder_scores: Sequence[float]
) -> list[Candidate]:
    quads = np.array([one.quad for one in found])
    seen = look_closely(aligner.align, aligner.config, [pyramid] * len(quads), quads)
    scores = joint_score(seen.card, np.asarray(finder_scores, np.float64))
    aligned = []
    for one, score, quad, rotation in zip(found, scores, seen.quads, seen.rotation, strict=True):
        start = int(rotation.argmax())
        upright = np.roll(quad, -start, axis=0)
        sure = rotation[start] >= SURE_OF_ROTATION
        aligned.append(Candidate(float(score), one.agreeing, upright, quarter_turn(upright) if sure else None))
    return aligned
