"""Renders every screen, in each theme and language: `python packaging/screenshots.py FOLDER`, or `make screenshots`.

The screens show the sample pictures that come with the program, as the detector finds them.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget

from app.batch.job import BatchOrder
from app.capture.images import read_image
from app.detecting import CardDetector
from app.places import Places
from app.scanning import ScanOptions
from app.settings import Language, Settings, SettingsFile, Theme
from app.ui.languages import Speech
from app.ui.live_bench import SwayingPicture
from app.ui.main_window import MainWindow
from app.ui.opening import sample_pictures
from app.ui.services import Services
from app.ui.theme import apply_colours, colours_for
from detector import Detector
from detector.detector import Device, Search
from resources import SAMPLES_FOLDER

SIZES = ((1000, 650), (1440, 900), (2560, 1440))
WAIT_S = 60.0


def load(device: Device, threshold: float | None, search: Search = "thorough") -> CardDetector:
    """The detector that ships."""
    return Detector.load(device, threshold, search=search)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the window work until something is so; after a minute, go on all the same."""
    end_s = time.monotonic() + WAIT_S
    while not is_so() and time.monotonic() < end_s:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def settle(seconds: float = 1.0) -> None:
    """Let thumbnails and previews arrive."""
    end_s = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end_s)


class Screens:
    """Every screen of one window, in one theme and language."""

    def __init__(self, folder: Path, private: Path, theme: Theme, language: Language) -> None:
        """Open a window with settings of its own, so that nobody's are touched."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._folder = folder
        self._private = private
        self._suffix = f"{theme}-{language}.png"
        places = Places(private / "config", private / "state")
        settings = Settings(theme=theme, language=language, auto_capture=False)
        colours = colours_for(theme, is_dark_system=False)
        apply_colours(application, colours)
        self.window = MainWindow(Services(places, settings, SettingsFile(places.config), load), colours)
        self.window.resize(*SIZES[1])
        self.window.show()
        self.window.device.find()
        settle()

    def render(self) -> None:
        """Go from screen to screen."""
        self._at_each_size("empty")
        self._live()
        self._pictures()
        self._menus()
        self._dialogs()
        self._batch()
        self._notices()
        self._corners()
        self.window.close()
        self.window.services.close()

    def _save(self, widget: QWidget, name: str) -> None:
        widget.grab().save(str(self._folder / f"{name}-{self._suffix}"))

    def _at_each_size(self, name: str) -> None:
        for size in SIZES:
            self.window.resize(*size)
            settle()
            self._save(self.window, f"{name}-{size[0]}")
        self.window.resize(*SIZES[1])

    def _live(self) -> None:
        sample = read_image(SAMPLES_FOLDER / "two-cards.jpg")
        frame = cv2.resize(sample, (1280, round(1280 * sample.shape[0] / sample.shape[1])))
        self.window.start_live(SwayingPicture(frame))
        wait_until(lambda: self.window.live.shown is not None and bool(self.window.live.shown.update.cards))
        settle()
        self._save(self.window, "live")
        self.window.live_control.stop()

    def _pictures(self) -> None:
        chosen = sample_pictures()[:4]
        self.window.open_paths(chosen)
        wait_until(lambda: self.window.browser.position[1] >= len(chosen))
        self.window.gallery.select([card.key for card in self.window.workspace.album.cards[:2]])
        self.window.actions_.pair.trigger()
        self._at_each_size("pictures")

    def _menus(self) -> None:
        for number, action in enumerate(self.window.menuBar().actions()):
            menu = action.menu()
            assert isinstance(menu, QMenu)
            menu.popup(self.window.mapToGlobal(QPoint(0, 30)))
            settle(0.2)
            self._save(menu, f"menu-{number}")
            menu.close()

    def _dialogs(self) -> None:
        for name in ("export", "settings", "shortcuts", "about"):
            getattr(self.window.actions_, name).trigger()
            settle()
            dialog = next(one for one in self.window.findChildren(QDialog) if one.isVisible())
            self._save(dialog, name)
            dialog.close()
        files = QFileDialog(self.window, "Cardlight", str(SAMPLES_FOLDER))
        files.setOption(QFileDialog.Option.DontUseNativeDialog)
        files.show()
        settle(0.5)
        self._save(files, "files")
        files.close()

    def _batch(self) -> None:
        self.window.actions_.batch.trigger()
        batch = self.window.batch
        assert batch is not None
        settle(0.5)
        self._save(batch, "batch")
        source = self._private / "scans"
        source.mkdir()
        for picture in sample_pictures()[:4]:
            (source / picture.name).write_bytes(picture.read_bytes())
        (source / "notes.jpg").write_bytes(b"no picture")
        batch.source.setText(str(source))
        batch.target.setText(str(self._private / "cards"))
        batch.start(BatchOrder((str(source),), self._private / "cards", ScanOptions(), workers=1))
        wait_until(lambda: not batch.is_running)
        settle(0.5)
        self._save(batch, "batch-done")
        batch.close()

    def _notices(self) -> None:
        missing = self._private / "missing.png"
        self.window.open_paths([missing])
        wait_until(self.window.notice.isVisible)
        self._save(self.window, "notice")
        self.window.notice.hide()

    def _corners(self) -> None:
        self.window.correction.edit_selected()
        self._at_each_size("corners")


def main() -> int:
    """Render into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    speech = Speech(QApplication(sys.argv[:1]))
    for language, theme in itertools.product((Language.ENGLISH, Language.CHINESE), (Theme.LIGHT, Theme.DARK)):
        speech.use(language)
        with tempfile.TemporaryDirectory() as private:
            Screens(folder, Path(private), theme, language).render()
    print(f"{len(list(folder.glob('*.png')))} screenshots are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
