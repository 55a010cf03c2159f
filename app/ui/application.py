"""Starts the window, and ends it well."""

from __future__ import annotations

import locale
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QLoggingCategory, Signal
from PySide6.QtWidgets import QApplication

from app.detecting import DetectorLoader
from app.places import Places
from app.private_files import make_private_folder, write_private_file
from app.process_life import ending_signals
from app.session.session_folder import LeftSession, find_left_sessions
from app.settings import SettingsFile
from app.ui.camera_list import find_cameras
from app.ui.crash_hook import CrashHook
from app.ui.dressing import Dressing
from app.ui.ending_signals import EndingSignals
from app.ui.first_paint import FirstPaint
from app.ui.icons import application_icon
from app.ui.languages import Speech, provide_chinese_letters
from app.ui.main_window import MainWindow
from app.ui.reasons import reason_text
from app.ui.services import Services
from app.ui.start_report import report_start_if_asked
from app.ui.translation import translate
from app.ui.wording import count_of_cards

_GEOMETRY_FILE = "window.state"
_FIRST_SIZE = (1280, 800)


class Application(QApplication):
    """Qt's, which also says when it is told to end. That is by the system, where a person's session ends, for example.

    The window's own ways to be closed do not come through here.
    """

    ending = Signal()

    def event(self, event: QEvent) -> bool:
        """Say it before windows are closed."""
        if event.type() is QEvent.Type.Quit:
            self.ending.emit()
        return super().event(event)


def run_window(paths: Sequence[Path], places: Places, load: DetectorLoader) -> int:
    """Show the window, open some pictures in it, and return the program's exit status once it is closed.

    That is 128 + the signal where one told the program to end, which closes the window unasked.
    """
    with ending_signals() as received:
        return _run_window(paths, places, load, received)


def _run_window(paths: Sequence[Path], places: Places, load: DetectorLoader, received: socket.socket) -> int:
    application = Application(sys.argv[:1])
    signals = EndingSignals(received)
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")
    application.setApplicationName("Cardlight")
    application.setApplicationDisplayName("Cardlight")
    application.setDesktopFileName("cardlight")
    application.setWindowIcon(application_icon())
    settings_file = SettingsFile(places.config)
    settings, problem = settings_file.load()
    _let_the_system_word_failures_in_english()
    services = Services(places, settings, settings_file, load)
    crash_hook = CrashHook(services.crash_log)
    crash_hook.install()
    Speech(application).follow(services.preferences)
    dressing = Dressing(application, services.preferences)
    window = MainWindow(services, dressing.colours)
    dressing.changed.connect(window.dress)
    for told_to_end in (application.ending, signals.arrived):
        told_to_end.connect(window.closing.close_unasked)
    crash_hook.crashed.connect(lambda: window.notice.show_notice(services.files.unexpected()))
    _restore_geometry(window, places.config / _GEOMETRY_FILE)
    report_start_if_asked(window)
    FirstPaint(window, lambda: _after_first_paint(window, paths, problem))
    window.show()
    status = application.exec()
    _save_geometry(window, places.config)
    services.close()
    return 128 + signals.number if signals.number else status


def _after_first_paint(window: MainWindow, paths: Sequence[Path], problem: str | None) -> None:
    """Whatever takes a moment and is not needed for the window to be seen."""
    provide_chinese_letters()
    if problem:
        window.notice.show_notice(reason_text(problem))
    services = window.services
    window.open_paths(list(paths))
    window.device.find()
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
        translate("Application", "Cardlight was not closed properly last time. {cards} can be recovered.").format(
            cards=count_of_cards(len(session.record.album.cards))
        ),
        (translate("Application", "Recover"), lambda: window.keeper.recover(session)),
        (
            translate("Application", "Delete for good"),
            lambda: window.services.records.run(session.delete, lambda _done: None, window.keeper.failed.emit),
        ),
        must_be_answered=True,
    )


def _let_the_system_word_failures_in_english() -> None:
    """Qt makes the C library speak the user's language; `reason_text` knows its words in English."""
    if hasattr(locale, "LC_MESSAGES"):
        locale.setlocale(locale.LC_MESSAGES, "C")


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
