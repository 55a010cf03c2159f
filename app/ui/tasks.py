"""Work that must not run on the window's thread, and the way its outcome comes back to it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QThread, QThreadPool, Signal

from app.batch.errors import BatchError
from app.capture.camera import CameraError
from app.capture.errors import ImageReadError
from app.crash_log import CrashLog
from app.documents.errors import DocumentError
from app.ui.reasons import reason_text
from detector import DetectorError

Outcome = TypeVar("Outcome")

_EXPECTED = (BatchError, CameraError, DetectorError, DocumentError, ImageReadError)
_WAIT_AT_CLOSE_MS = 5000
_WAIT_TO_FINISH_MS = 30_000


class Cancel:
    """Tells work that is under way to end early."""

    def __init__(self) -> None:
        self._flag = threading.Event()

    def __call__(self) -> None:
        """Ask it to end."""
        self._flag.set()

    def is_asked(self) -> bool:
        """Whether it was asked to."""
        return self._flag.is_set()


class Lane(QObject):
    """One queue of work with its own threads. Outcomes are called back on the thread that made the lane."""

    _returned = Signal(object)

    def __init__(self, parent: QObject, crash_log: CrashLog, threads: int) -> None:
        """Make a lane of so many `threads`."""
        super().__init__(parent)
        self._crash_log = crash_log
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._is_closed = False
        self._returned.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Outcome],
        on_done: Callable[[Outcome], None],
        on_failed: Callable[[str], None],
        *,
        priority: int = 0,
    ) -> None:
        """Do `work` on one of the lane's threads, then call back: with its outcome, or with a line for the user."""
        self._pool.start(lambda: self._work(work, on_done, on_failed), priority)

    def report(self, callback: Callable[[], None]) -> None:
        """For work that is under way: have `callback` called on the window's thread."""
        self._returned.emit(callback)

    def close(self, *, finish: bool = False) -> None:
        """Drop what has not begun, or `finish` that, too; wait for what has, and call nothing back any more."""
        self._is_closed = True
        if not finish:
            self._pool.clear()
        self._pool.waitForDone(_WAIT_TO_FINISH_MS if finish else _WAIT_AT_CLOSE_MS)

    def _work(
        self, work: Callable[[], Outcome], on_done: Callable[[Outcome], None], on_failed: Callable[[str], None]
    ) -> None:
        try:
            outcome = work()
        except _EXPECTED as error:
            message = str(error)
            self._returned.emit(lambda: on_failed(reason_text(message)))
        except Exception as error:  # noqa: BLE001 (a worker's top frame: whatever it is, the window goes on)
            self._crash_log.record(error)
            self._returned.emit(lambda: on_failed(self.unexpected()))
        else:
            self._returned.emit(lambda: on_done(outcome))

    def unexpected(self) -> str:
        """The line for the user about a failure of the program's own."""
        return self.tr("Something went wrong in Cardlight. Your pictures are as they were. A log is in {file}.").format(
            file=self._crash_log.path
        )

    def _call(self, callback: Callable[[], None]) -> None:
        if not self._is_closed:
            callback()
