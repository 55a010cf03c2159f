"""What runs the networks: one protocol, an engine for each runtime."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image
from detector.image_pyramid import Pyramid, Raster
from detector.network.config import AlignerConfig, FinderConfig


class FinderResult(NamedTuple):
    """Scores (N, A), probabilities, and corner offsets (N, A, 8) of the anchors of N pictures."""

    scores: NDArray[np.float32]
    corners: NDArray[np.float32]


class AlignerResult(NamedTuple):
    """Corners (N, 4, 2) in view pixels, rotation probabilities (N, 4), card probabilities (N,)."""

    corners: NDArray[np.float32]
    rotation: NDArray[np.float32]
    card: NDArray[np.float32]


class Engine(Protocol):
    """Runs both networks on one device.

    Inputs are BGR bytes (N, H, W, 3), N at least 1: arrays, or what the engine's own pyramids give.
    """

    @property
    def device(self) -> str:
        """What it runs on, for people to read."""
        ...

    @property
    def finder_config(self) -> FinderConfig:
        """The finder it runs."""
        ...

    @property
    def aligner_config(self) -> AlignerConfig:
        """The aligner it runs."""
        ...

    def pyramid(self, image: Image) -> Pyramid:
        """A picture, BGR uint8 (H, W, 3), where the engine reads it."""
        ...

    def find(self, pictures: Raster) -> FinderResult:
        """Run the finder on pictures whose sides are multiples of its coarsest stride."""
        ...

    def align(self, views: Raster) -> AlignerResult:
        """Run the aligner on views of its size."""
        ...
