"""The program as it is launched: a process, its window under a window manager, keys and buttons as X sends them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import from_json
from tests.app.ui.x_display import XDisplay, missing_tools, x_display

WAIT_MS = 60_000
TITLE, SHORTCUTS = "^Cardlight$", "Keyboard shortcuts"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="X displays are tested on Linux"),
    pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}"),
]


@pytest.fixture
def display(qtbot, tmp_path: Path) -> Iterator[XDisplay]:
    with x_display(tmp_path) as display:
        qtbot.waitUntil(display.is_managed, timeout=WAIT_MS)
        yield display


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


class Program:
    """The program as a process, and its window on the display."""

    def __init__(self, qtbot, display: XDisplay, home: Path) -> None:
        self._qtbot, self.display = qtbot, display
        settings_of_the_user = ("XDG_", "LC_", "LANG")
        environment = {
            key: value for key, value in display.environment.items() if not key.startswith(settings_of_the_user)
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.main"],
            env={**environment, "HOME": str(home), "LANG": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.wait_until(lambda: display.visible_window(TITLE) is not None)
        self.window = display.visible_window(TITLE) or ""
        self.wait_until(self.is_active)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(is_so, timeout=WAIT_MS)

    def is_active(self) -> bool:
        return self.display.active_window() == self.window

    def press(self, keys: str) -> None:
        self.display.ask("key", keys)

    def close_by_the_manager(self) -> tuple[int, str]:
        """Its exit status and what it printed, once its manager has asked it to close."""
        self.press("alt+F4")
        output, _ = self.process.communicate(timeout=WAIT_MS / 1000)
        return self.process.returncode, output


@pytest.fixture
def launch(qtbot, display: XDisplay, home: Path) -> Iterator[Callable[[], Program]]:
    launched: list[Program] = []

    def start() -> Program:
        launched.append(Program(qtbot, display, home))
        return launched[-1]

    yield start
    for program in launched:
        program.process.kill()
        program.process.communicate()


def test_a_person_resizes_the_window_uses_the_keyboard_and_closes_it(launch, display, home) -> None:
    program = launch()
    display.ask("windowsize", program.window, "1100", "700")
    program.wait_until(lambda: display.size_of(program.window) == (1100, 700))

    program.press("F1")
    program.wait_until(lambda: display.visible_window(SHORTCUTS) is not None)
    program.wait_until(lambda: display.active_window() == display.visible_window(SHORTCUTS))
    program.press("Escape")
    program.wait_until(lambda: display.visible_window(SHORTCUTS) is None)

    program.wait_until(program.is_active)
    program.press("a")
    kept = home / ".config" / "cardlight" / "settings.json"
    program.wait_until(lambda: kept.is_file() and not from_json(kept.read_text()).auto_capture)

    assert program.close_by_the_manager() == (0, "")
    assert sorted(path.name for path in kept.parent.iterdir()) == ["settings.json", "window.state"]
    assert not list((home / ".local" / "state" / "cardlight").rglob("*.png"))

    again = launch()
    program.wait_until(lambda: display.size_of(again.window) == (1100, 700))
    assert again.close_by_the_manager() == (0, "")
