"""What the application needs of a detector; `detector.Detector` is the one that is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from detector import Detection
from detector.detector import Device, Search
from detector.geometry import Image


class CardDetector(Protocol):
    """Finds cards in pictures."""

    def detect(self, image: Image) -> Sequence[Detection]:
        """Find the cards in a BGR uint8 picture of shape (H, W, 3), best first.

        Raises:
            DetectorError: the picture cannot be searched.
        """
        ...


class DetectorLoader(Protocol):
    """Gives a command its detector, so that a test can hand in another."""

    def __call__(self, device: Device, threshold: float | None, search: Search = "thorough") -> CardDetector:
        """Load a detector that runs on `device` (auto, cpu, cuda) and reports cards of at least `threshold`.

        Live frames are searched quickly, everything else thoroughly.

        Raises:
            DetectorError: the device or a model file is not there.
        """
        ...
