"""Measures how soon the program is there: starts it as a process of its own, and waits for what its window reports."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from app.ui.start_report import CARD, VARIABLE, WINDOW

_LIMIT_S = 60.0
_FOLDER_VARIABLES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA")


class StartError(Exception):
    """The program did not report its start."""

    def __init__(self) -> None:
        super().__init__("the window did not start, or found no card. Run: cardlight doctor")


@dataclass(frozen=True, slots=True)
class StartMeasurement:
    """What was measured, from the start of the process.

    Attributes:
        display: What the window was shown on.
        window_s: Until the window was painted, for each start.
        card_s: Until the outline of the picture's first card was painted, for each start.
    """

    display: str
    window_s: tuple[float, ...]
    card_s: tuple[float, ...]

    @property
    def median_window_s(self) -> float:
        """The middle of `window_s`."""
        return statistics.median(self.window_s)

    @property
    def median_card_s(self) -> float:
        """The middle of `card_s`."""
        return statistics.median(self.card_s)


def measure_starts(picture: Path, starts: int) -> StartMeasurement:
    """Start the program so often with a picture to open, after one start that fills the system's caches.

    The user's settings are left alone; without a display, Qt paints into memory.

    Raises:
        StartError: a start failed, took over a minute, or found no card in the picture.
    """
    with tempfile.TemporaryDirectory() as private:
        environment = _environment(Path(private))
        times = [_start(picture, environment) for _ in range(starts + 1)][1:]
    display = environment.get("QT_QPA_PLATFORM") or environment.get("DISPLAY") or sys.platform
    return StartMeasurement(display, tuple(window for window, _ in times), tuple(card for _, card in times))


def _environment(private: Path) -> dict[str, str]:
    environment = {**os.environ, VARIABLE: "1"} | {name: str(private) for name in _FOLDER_VARIABLES}
    # A program that is installed has its modules compiled, and keeps them so.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform == "darwin":
        environment["HOME"] = str(private)
    has_display = (
        sys.platform in ("win32", "darwin") or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )
    if not has_display:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment


def _start(picture: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until the window was painted, and until the first card was."""
    begun_s = time.perf_counter()
    seen_s: dict[str, float] = {}
    # A frozen program is started by its own name.
    program = [sys.executable] if hasattr(sys, "frozen") else [sys.executable, "-m", "app.main"]
    command = [*program, str(picture)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        limit = threading.Timer(_LIMIT_S, process.kill)
        limit.start()
        try:
            for line in process.stdout or ():
                seen_s[line.strip()] = time.perf_counter() - begun_s
        finally:
            limit.cancel()
    try:
        return seen_s[WINDOW], seen_s[CARD]
    except KeyError as error:
        raise StartError from error
