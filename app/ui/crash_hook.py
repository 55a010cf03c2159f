"""Failures that nobody expected, wherever they happen: logged privately, and said without a trace."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from app.crash_log import CrashLog


class CrashHook(QObject):
    """Takes what no one caught, on any thread. The window goes on where it can."""

    crashed = Signal()
    """Something was logged."""

    def __init__(self, log: CrashLog) -> None:
        super().__init__()
        self._log = log

    def install(self) -> None:
        """Take the place of Python's own hooks, which print traces."""
        sys.excepthook = self.record
        threading.excepthook = self._record_in_thread

    def record(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        """Log a failure, and say where."""
        self._log.record(error)
        print(f"cardlight: something went wrong inside Cardlight; a log is in {self._log.path}", file=sys.stderr)
        self.crashed.emit()

    def _record_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.record(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
