"""Loads the detector ahead of the first picture, and says what it runs on, again whenever the settings change that."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.device_choice import DeviceChoice, device_choice
from app.settings import Settings
from app.ui.services import Services


class DeviceFinder(QObject):
    """Works on the detection lane: torch, where the detector takes it, is never imported on the window's thread."""

    found = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject, services: Services) -> None:
        super().__init__(parent)
        self._services = services
        self._asked_for = services.preferences.settings.device
        services.preferences.changed.connect(self._follow)

    def find(self) -> None:
        """Load the detector that is wanted now."""
        settings = self._services.preferences.settings
        self._asked_for = settings.device
        self._services.choose_detector(settings)  # whoever else follows the settings may be told later
        self._services.detection.run(lambda: self._look(settings), self._report, self.failed.emit)

    def _follow(self) -> None:
        if self._services.preferences.settings.device != self._asked_for:
            self.find()

    def _look(self, settings: Settings) -> DeviceChoice | None:
        name = getattr(self._services.still_detector.get(), "device", "")
        return device_choice(name, settings.device) if name else None

    def _report(self, choice: DeviceChoice | None) -> None:
        if choice:
            self.found.emit(choice)
