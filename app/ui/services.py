"""What the window works with and does not own: pictures' storage, detectors, workers, settings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.crash_log import CrashLog
from app.detecting import CardDetector, DetectorLoader
from app.places import Places
from app.session.session_folder import SessionFolder
from app.session.shelf import MemoryVault, Shelf
from app.settings import Settings, SettingsFile
from app.ui.detector_holder import DetectorHolder
from app.ui.preferences import Preferences
from app.ui.tasks import Lane

_FILE_THREADS = 2


class Services(QObject):
    """Made once for a window, closed after it."""

    def __init__(self, places: Places, settings: Settings, settings_file: SettingsFile, load: DetectorLoader) -> None:
        super().__init__()
        self._load = load
        self._wanted = settings
        self.crash_log = CrashLog(places.state)
        self.sessions = places.state / "sessions"
        self.session_folder = SessionFolder(self.sessions)
        self.keeps_on_disk = settings.keep_for_recovery
        self.shelf = Shelf(self.session_folder if self.keeps_on_disk else MemoryVault())
        self.files = Lane(self, self.crash_log, _FILE_THREADS)
        self.detection = Lane(self, self.crash_log, 1)
        self.exports = Lane(self, self.crash_log, 1)
        self.batches = Lane(self, self.crash_log, 1)
        self.records = Lane(self, self.crash_log, 1)
        self.preferences = Preferences(self, settings, settings_file, self.records)
        self.still_detector = DetectorHolder(load, settings.device, settings.threshold)

    def choose_detector(self, settings: Settings) -> None:
        """Use the detector that the settings ask for, from the next picture or camera start on."""
        self._wanted = settings
        self.still_detector.choose(settings.device, settings.threshold)

    def live_detector(self) -> CardDetector:
        """A detector for one live run; called on the thread that uses it."""
        return self._load(device=self._wanted.device, threshold=self._wanted.threshold, search="quick")

    def close(self) -> None:
        """End all work, but for what is being put on record, and delete the session's folder: this is a clean exit."""
        for lane in (self.batches, self.exports, self.detection, self.files):
            lane.close()
        self.records.close(finish=True)  # settings, and what is to be deleted for good
        self.session_folder.purge()
