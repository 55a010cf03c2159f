"""Renders every screen of the window, light and dark: `python packaging/screenshots.py FOLDER`, or `make screenshots`.

The screens show the sample pictures that come with the program, as the detector finds them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.detecting import CardDetector
from app.places import Places
from app.settings import Settings, SettingsFile, Theme
from app.ui.main_window import MainWindow, sample_pictures
from app.ui.services import Services
from app.ui.theme import apply_colours, colours_for
from detector import Detector
from detector.detector import Device

SIZES = ((1000, 650), (1440, 900), (2560, 1440))
WAIT_S = 60.0


def load(device: Device, threshold: float | None) -> CardDetector:
    """The detector that ships."""
    return Detector.load(device, threshold)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the window work until something is so; after a minute, go on all the same."""
    end_s = time.monotonic() + WAIT_S
    while not is_so() and time.monotonic() < end_s:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def settle() -> None:
    """Let thumbnails and previews arrive."""
    end_s = time.monotonic() + 1.0
    wait_until(lambda: time.monotonic() >= end_s)


def open_window(folder: Path, theme: Theme) -> MainWindow:
    """A window with its own settings, so that nobody's are touched."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    places = Places(folder / "config", folder / "state")
    window = MainWindow(Services(places, Settings(theme=theme), SettingsFile(places.config), load))
    colours = colours_for(theme, is_dark_system=False)
    apply_colours(application, colours)
    window.dress(colours)
    window.show()
    return window


def render(folder: Path, theme: Theme) -> None:
    """Every screen in one theme."""

    def save(widget: QWidget, name: str) -> None:
        widget.grab().save(str(folder / f"{name}-{theme}.png"))

    with tempfile.TemporaryDirectory() as private:
        window = open_window(Path(private), theme)
        for size in SIZES:
            window.resize(*size)
            settle()
            save(window, f"empty-{size[0]}")
        window.open_paths(sample_pictures()[:4])
        wait_until(lambda: window.browser.position[1] >= len(sample_pictures()[:4]))
        for size in SIZES:
            window.resize(*size)
            settle()
            save(window, f"pictures-{size[0]}")
        window.resize(*SIZES[1])
        for name in ("export", "settings", "shortcuts", "about", "batch"):
            getattr(window.actions_, name).trigger()
            settle()
            dialog = next((one for one in window.findChildren(QDialog) if one.isVisible()), None)
            if dialog is not None:
                save(dialog, name)
                dialog.close()
        window.edit_corners()
        settle()
        save(window, "corners")
        window.close()
        window.services.close()


def main() -> int:
    """Render into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for theme in (Theme.LIGHT, Theme.DARK):
        render(folder, theme)
    print(f"{len(list(folder.glob('*.png')))} screenshots are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
