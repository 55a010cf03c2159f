"""The log of unexpected failures: what went wrong in the program, and nothing of the user's."""

from __future__ import annotations

import contextlib
import datetime
import platform
import threading
import traceback
from pathlib import Path

from app.private_files import make_private_folder

_FILE_NAME = "crashes.log"
_MAX_BYTES = 256 * 1024


class CrashLog:
    """A file that only the user can read. Any thread may write to it.

    An error's message is left out, since it may hold the name of a file; its class and the places in the code that
    it passed tell enough. The user's own folder is left out of those too.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / _FILE_NAME
        self._lock = threading.Lock()

    def record(self, error: BaseException) -> None:
        """Add a failure. A log that can't be written to is no reason for another failure."""
        with self._lock, contextlib.suppress(OSError):
            make_private_folder(self.path.parent)
            earlier = self.path.read_bytes() if self.path.is_file() else b""
            self.path.touch(0o600)
            self.path.write_bytes((earlier + _entry(error).encode("utf-8", "replace"))[-_MAX_BYTES:])


def _entry(error: BaseException) -> str:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    import importlib.metadata  # slow to load, and hardly ever needed

    version = importlib.metadata.version("cardlight")
    head = f"{now} Cardlight {version}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"  {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([head, f"  {type(error).__module__}.{type(error).__qualname__}", *steps, ""]) + "\n"
