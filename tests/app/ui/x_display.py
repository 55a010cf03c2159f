"""A display of its own with a window manager, and hands to use it with real X events."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

_TOOLS = ("Xvfb", "openbox", "xdotool")
_QT_LIBRARY = "libxcb-cursor.so.0"
_SCREEN = "1600x1000x24"
_ENDS_WITHIN_S = 30


def missing_tools() -> list[str]:
    """What is needed and not installed: programs, and the library that Qt's X11 plugin lacks on a bare system."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    try:
        ctypes.CDLL(_QT_LIBRARY)
    except OSError:
        missing.append(_QT_LIBRARY)
    return missing


class XDisplay:
    """Finds windows, and moves mouse and keyboard, as a person at this display would."""

    def __init__(self, name: str) -> None:
        self.environment = {**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        self.environment.pop("WAYLAND_DISPLAY", None)

    def ask(self, *arguments: str) -> str | None:
        """What xdotool answers; None where it fails."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        return done.stdout.strip() if done.returncode == 0 else None

    def visible_window(self, name: str) -> str | None:
        """The number of a mapped window whose title contains a name; None where there is none."""
        found = self.ask("search", "--onlyvisible", "--name", name)
        return found.split()[0] if found else None

    def is_managed(self) -> bool:
        """Whether a window manager is there: it is who sets the number of desktops."""
        return self.ask("get_num_desktops") is not None

    def active_window(self) -> str | None:
        """The window that the manager gives the keyboard to."""
        return self.ask("getactivewindow")

    def size_of(self, window: str) -> tuple[int, int]:
        """A window's width and height."""
        lines = (self.ask("getwindowgeometry", "--shell", window) or "").splitlines()
        values = dict(line.split("=") for line in lines)
        return int(values["WIDTH"]), int(values["HEIGHT"])


@contextlib.contextmanager
def x_display(log_folder: Path) -> Iterator[XDisplay]:
    """Start Xvfb, which picks a free number, and a window manager on it; end both."""
    with contextlib.ExitStack() as stack:
        reading, writing = os.pipe()
        log = stack.enter_context((log_folder / "xvfb.log").open("w"))
        # A server begins anew when its only client leaves, and a manager that connects just then is turned away.
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(command, stdout=log, stderr=log, pass_fds=[writing])
        stack.callback(_end, server)
        os.close(writing)
        with os.fdopen(reading) as numbers:
            display = XDisplay(f":{numbers.readline().strip()}")
        # Whatever the manager's own settings are, those of this user are not to matter.
        environment = {**display.environment, "XDG_CONFIG_HOME": str(log_folder), "XDG_CACHE_HOME": str(log_folder)}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stdout=log, stderr=log)
        stack.callback(_end, manager)
        yield display


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(_ENDS_WITHIN_S)
