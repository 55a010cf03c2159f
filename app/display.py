"""Whether a window can be shown here. Without this question, Qt would end the program."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping

# Qt's X11 plugin loads it since Qt 6.5, desktops without KDE often lack it, and no wheel brings it.
_X11_LIBRARY = "libxcb-cursor.so.0"


def what_prevents_a_window(
    environment: Mapping[str, str], load_library: Callable[[str], object] = ctypes.CDLL
) -> str | None:
    """What is missing for a window and what to do, in one line for the user; None where nothing is known to be.

    Args:
        environment: The process's variables.
        load_library: Loads a library of the system by name, or raises OSError.
    """
    if sys.platform in ("win32", "darwin"):
        return None
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "there is no display to show the window on. To scan without it, run: cardlight scan PICTURE --out DIR"
    # A bundle brings the library along, where the system's loader does not look.
    if not _is_x11(environment) or hasattr(sys, "frozen"):
        return None
    try:
        load_library(_X11_LIBRARY)
    except OSError:
        return (
            f"the window needs {_X11_LIBRARY}, which this system lacks. "
            "Install it; on Debian and Ubuntu with: sudo apt-get install libxcb-cursor0"
        )
    return None


def _is_x11(environment: Mapping[str, str]) -> bool:
    """Whether Qt is going to choose X11."""
    chosen = environment.get("QT_QPA_PLATFORM")
    return chosen.startswith("xcb") if chosen else not environment.get("WAYLAND_DISPLAY")
