"""The settings in use: whoever shows or needs one listens here, and changes are kept at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.settings import Settings, SettingsFile
from app.ui.reasons import reason_text
from app.ui.tasks import Lane


class Preferences(QObject):
    """Holds the settings and saves every change, off the window's thread."""

    changed = Signal()
    save_failed = Signal(str)

    def __init__(self, parent: QObject, settings: Settings, file: SettingsFile, lane: Lane) -> None:
        """Begin with `settings`; `lane` has one thread, so that the latest change is the one that stays."""
        super().__init__(parent)
        self._settings = settings
        self._file = file
        self._lane = lane

    @property
    def settings(self) -> Settings:
        """The settings that hold."""
        return self._settings

    def change(self, **values: Any) -> None:
        """Change some settings by name."""
        self.adopt(replace(self._settings, **values))

    def adopt(self, settings: Settings) -> None:
        """Take other settings, tell everyone, and keep them."""
        if settings == self._settings:
            return
        self._settings = settings
        self._lane.run(lambda: self._file.save(settings), self._saved, self.save_failed.emit)
        self.changed.emit()

    def _saved(self, problem: str | None) -> None:
        if problem:
            self.save_failed.emit(reason_text(problem))
