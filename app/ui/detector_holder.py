"""The detector of one worker thread: loaded when first needed, and again when the settings ask for another."""

from __future__ import annotations

from app.detecting import CardDetector, DetectorLoader
from detector.detector import Device


class DetectorHolder:
    """Gives the detector. `choose` may be called on any thread, `get` on the one thread that uses the detector."""

    def __init__(self, load: DetectorLoader, device: Device, threshold: float) -> None:
        self._load = load
        self._wanted: tuple[Device, float] = (device, threshold)
        self._loaded: tuple[Device, float] | None = None
        self._detector: CardDetector | None = None

    def choose(self, device: Device, threshold: float) -> None:
        """Use another device or threshold from the next picture on."""
        self._wanted = (device, threshold)

    def get(self) -> CardDetector:
        """The detector that is wanted.

        Raises:
            DetectorError: it can't be loaded.
        """
        wanted = self._wanted
        if self._detector is None or self._loaded != wanted:
            device, threshold = wanted
            self._detector = self._load(device=device, threshold=threshold)
            self._loaded = wanted
        return self._detector
