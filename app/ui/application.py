"""Starts the window, and ends it well."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QByteArray, QLoggingCategory, QTimer
from PySide6.QtWidgets import QApplication

from app.crash_log import CrashLog
from app.detecting import DetectorLoader
from app.places import Places
from app.private_files import make_private_folder, write_private_file
from app.session.session_folder import LeftSession, find_left_sessions
from app.settings import SettingsFile
from app.ui.camera_list import find_cameras
from app.ui.icons import application_icon
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.theme import apply_colours, colours_for, is_system_dark
from app.ui.wording import count_of_cards

_GEOMETRY_FILE = "window.state"
_FIRST_SIZE = (1280, 800)


def run_window(paths: Sequence[Path], places: Places, load: DetectorLoader) -> int:
    """Show the window, open some pictures in it, and return the program's exit status once it is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError(application)
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    application.setApplicationName("Cardlight")
    application.setApplicationDisplayName("Cardlight")
    application.setDesktopFileName("cardlight")
    application.setWindowIcon(application_icon())
    settings_file = SettingsFile(places.config)
    settings, problem = settings_file.load()
    services = Services(places, settings, settings_file, load)
    _log_crashes(services.crash_log)
    window = MainWindow(services)
    _dress(application, window)
    services.preferences.changed.connect(lambda: _dress(application, window))
    application.styleHints().colorSchemeChanged.connect(lambda _scheme: _dress(application, window))
    _restore_geometry(window, places.config / _GEOMETRY_FILE)
    window.show()
    QTimer.singleShot(0, lambda: _after_first_paint(window, paths, problem))
    status = application.exec()
    _save_geometry(window, places.config)
    services.close()
    return status


def _after_first_paint(window: MainWindow, paths: Sequence[Path], problem: str | None) -> None:
    """Whatever takes a moment and is not needed for the window to be seen."""
    if problem:
        window.notice.show_notice(problem)
    services = window.services
    window.open_paths(list(paths))
    window.keeper.find_device()
    services.files.run(
        lambda: find_left_sessions(services.sessions),
        lambda left: offer_recovery(window, left),
        window.keeper.failed.emit,
    )
    window.picker.show_cameras(find_cameras(), services.preferences.settings.camera)


def offer_recovery(window: MainWindow, left: Sequence[LeftSession]) -> None:
    """Ask what to do with the pictures of a session that crashed."""
    if not left:
        return
    session = left[0]
    window.notice.show_notice(
        window.tr("Cardlight was not closed properly last time. {cards} of that session are still here.").format(
            cards=count_of_cards(len(session.record.album.cards))
        ),
        window.tr("Recover"),
        lambda: window.keeper.recover(session),
        window.tr("Delete for good"),
        lambda: window.services.records.run(session.delete, lambda _done: None, window.keeper.failed.emit),
    )


def _dress(application: QApplication, window: MainWindow) -> None:
    theme = window.services.preferences.settings.theme
    colours = colours_for(theme, is_dark_system=is_system_dark(application))
    apply_colours(application, colours)
    window.dress(colours)


def _log_crashes(log: CrashLog) -> None:
    """Write failures that nobody expected to the private log, and say where; the window goes on where it can."""

    def record(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.record(error)
        print(f"cardlight: something went wrong inside Cardlight; a log is in {log.path}", file=sys.stderr)

    def record_in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            record(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = record
    threading.excepthook = record_in_thread


def _restore_geometry(window: MainWindow, path: Path) -> None:
    window.resize(*_FIRST_SIZE)
    try:
        window.restoreGeometry(QByteArray(path.read_bytes()))
    except OSError:
        return


def _save_geometry(window: MainWindow, folder: Path) -> None:
    try:
        make_private_folder(folder)
        write_private_file(folder / _GEOMETRY_FILE, bytes(window.saveGeometry().data()))
    except OSError:
        return
