"""Tries a bundle as a user's machine would run it: `python packaging/smoke_test.py dist/cpu/cardlight`.

The program gets an environment with a home, a display, a locale and nothing else: no Python, no tools, no variables of
this shell. It has to tell its versions, scan a sample picture, export a PDF of true size, read that again, scan a
folder with worker processes, and show its window, all with status 0 and not a word on standard error.

Needs Linux, Xvfb, openbox and xdotool.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("Xvfb", "openbox", "xdotool")
CARD_MM = (85.60, 53.98)
_SAMPLES = Path("_internal") / "resources" / "samples"
_MM_PER_POINT = 25.4 / 72
_TOLERANCE_MM = 0.01
_LIMIT_S = 120.0
_TITLE = "^Cardlight$"


class SmokeTestError(Exception):
    """The bundle did not do what it has to."""


class Machine:
    """What a bundle is run on: an empty home, an empty PATH, and a display where there is one.

    Attributes:
        bundle: The folder of the program.
        folder: Where it may write.
    """

    def __init__(self, bundle: Path, folder: Path, root: Path | None = None) -> None:
        """Make the home and an empty folder of programs; `root` is another system's, with the program inside."""
        self.bundle, self.folder, self._root = bundle, folder, root
        self._home, self._programs = folder / "home", folder / "programs"
        self._home.mkdir()
        self._programs.mkdir()

    def seen(self, path: Path) -> str:
        """A path as the program sees it."""
        return str(Path("/") / path.relative_to(self._root) if self._root else path)

    def command(self, *arguments: str) -> list[str]:
        """What starts the program."""
        enter = [shutil.which("chroot") or "chroot", str(self._root)] if self._root else []
        return [*enter, self.seen(self.bundle / "cardlight"), *arguments]

    def environment(self, display: str | None = None) -> dict[str, str]:
        """All that the program is told."""
        found = {"HOME": self.seen(self._home), "PATH": self.seen(self._programs), "LANG": "C.UTF-8"}
        return {**found, "DISPLAY": display} if display else found

    def run(self, *arguments: str) -> str:
        """What the program prints.

        Raises:
            SmokeTestError: it failed, or wrote to standard error.
        """
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        _expect_quiet(" ".join(["cardlight", *arguments]), done.returncode, done.stderr)
        return done.stdout


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise SmokeTestError(otherwise)


def _expect_quiet(command: str, status: int, errors: str) -> None:
    _expect(status == 0 and not errors, f"`{command}` ended with {status}: {errors.strip()}")


def try_command_line(machine: Machine) -> None:
    """Versions, one picture to a PDF, that PDF again, and a folder.

    Raises:
        SmokeTestError: one of them went wrong.
    """
    _expect(machine.run("--version").startswith("cardlight "), "no version is told")
    _expect("Nothing is missing." in machine.run("doctor"), "`cardlight doctor` misses something")
    samples = machine.bundle / _SAMPLES
    out = machine.folder / "out"
    options = ["--card", "id-1", "--format", "pdf", "--out", machine.seen(out)]
    printed = machine.run("scan", machine.seen(samples / "two-cards.jpg"), *options)
    _expect("2 cards" in printed, f"two cards were to be found, and {printed!r} were")
    _expect_true_size((out / "two-cards.pdf").read_bytes())
    pages = machine.run("scan", machine.seen(out / "two-cards.pdf"), "--json").splitlines()
    _expect(len(pages) == 2, "the PDF cannot be read again")
    machine.run("batch", machine.seen(samples), machine.seen(machine.folder / "batch"), "--workers", "2")
    expected, found = len(list(samples.glob("*.jpg"))), list((machine.folder / "batch").glob("*.png"))
    _expect(len(found) >= expected, f"a batch of {expected} pictures gave {len(found)} cards")


def _expect_true_size(pdf: bytes) -> None:
    boxes = re.findall(rb"/MediaBox\s*\[\s*0(?:\.0)?\s+0(?:\.0)?\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    _expect(len(boxes) == 2, f"the PDF has {len(boxes)} pages instead of two")
    for box in boxes:
        sides_mm = [float(side) * _MM_PER_POINT for side in box]
        is_true = all(abs(side - wanted) < _TOLERANCE_MM for side, wanted in zip(sides_mm, CARD_MM, strict=True))
        _expect(is_true, f"a page of the PDF is {sides_mm[0]:.2f} x {sides_mm[1]:.2f} mm")


def try_window(machine: Machine, display: str) -> float:
    """Show the window, close it as its manager does, and return the seconds until it was seen.

    Raises:
        SmokeTestError: it did not appear, or did not end well.
    """
    begun_s = time.perf_counter()
    with subprocess.Popen(
        machine.command(),
        env=machine.environment(display),
        cwd=machine.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            window = _wait_for(lambda: _ask(display, "search", "--onlyvisible", "--name", _TITLE), "no window appeared")
            seen_s = time.perf_counter() - begun_s
            _wait_for(lambda: _ask(display, "getactivewindow") == window, "the window does not get the keyboard")
            _ask(display, "key", "alt+F4")
            output, errors = program.communicate(timeout=_LIMIT_S)
        finally:
            program.kill()
    _expect_quiet("cardlight", program.returncode, errors)
    _expect(not output, f"the window printed {output!r}")
    return seen_s


def measure_starts(command: list[str], environment: dict[str, str], starts: int) -> float:
    """The median seconds until a program's window was painted, after one start that fills the system's caches."""
    times = [_start(command, environment) for _ in range(starts + 1)]
    return statistics.median(times[1:])


def _start(command: list[str], environment: dict[str, str]) -> float:
    begun_s = time.perf_counter()
    variables = {**environment, "CARDLIGHT_REPORT_START": "1"}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True, cwd="/") as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        painted_s = time.perf_counter() - begun_s
        program.kill()
    _expect(line == "window painted\n", f"{command[0]} did not report its start")
    return painted_s


def _ask(display: str, *arguments: str) -> str:
    """What xdotool answers, in one line; nothing where it fails."""
    done = subprocess.run(
        ["xdotool", *arguments], env={**os.environ, "DISPLAY": display}, capture_output=True, text=True, check=False
    )
    return done.stdout.strip().partition("\n")[0] if done.returncode == 0 else ""


def _wait_for(answer: Callable[[], str | bool], otherwise: str) -> str:
    end_s = time.monotonic() + _LIMIT_S
    while time.monotonic() < end_s:
        found = answer()
        if found:
            return str(found)
        time.sleep(0.02)
    raise SmokeTestError(otherwise)


@contextlib.contextmanager
def display_of_its_own(folder: Path) -> Iterator[str]:
    """Xvfb on a free number, with a window manager."""
    reading, writing = os.pipe()
    with contextlib.ExitStack() as stack:
        log = stack.enter_context((folder / "display.log").open("w"))
        # A server begins anew when its only client leaves, and a manager that connects just then is turned away.
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"]
        stack.callback(_end, subprocess.Popen(server, stdout=log, stderr=log, pass_fds=[writing]))
        os.close(writing)
        with os.fdopen(reading) as numbers:
            name = f":{numbers.readline().strip()}"
        environment = {**os.environ, "DISPLAY": name, "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stdout=log, stderr=log)
        stack.callback(_end, manager)
        _wait_for(lambda: _ask(name, "get_num_desktops"), "the window manager did not start")
        yield name


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(_LIMIT_S)


def main() -> int:
    """Try the bundle; 1 where it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path, help="the folder with the program in it")
    parser.add_argument("--starts", type=int, default=0, help="time so many starts, of the bundle and of the sources")
    parser.add_argument("--root", type=Path, help="another system, entered by chroot, that the bundle is inside of")
    arguments = parser.parse_args()
    root: Path | None = arguments.root.resolve() if arguments.root else None
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"smoke test: not installed: {', '.join(missing)}", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory(dir=root / "tmp" if root else None) as folder:
            machine = Machine(arguments.bundle.resolve(), Path(folder), root)
            try_command_line(machine)
            print("The command line works: versions, a PDF of true size, that PDF again, a folder with two workers")
            with display_of_its_own(machine.folder) as display:
                print(f"The window was seen after {try_window(machine, display):.2f} s, and closed with status 0")
                if arguments.starts:
                    _compare_starts(machine, display, arguments.starts)
    except (SmokeTestError, subprocess.TimeoutExpired) as error:
        print(f"smoke test: {error}", file=sys.stderr)
        return 1
    return 0


def _compare_starts(machine: Machine, display: str, starts: int) -> None:
    environment = machine.environment(display)
    bundle_s = measure_starts(machine.command(), environment, starts)
    sources_s = measure_starts([sys.executable, "-m", "app.main"], {**environment, "PYTHONPATH": str(ROOT)}, starts)
    print(
        f"Window painted, median of {starts} starts: bundle {bundle_s:.2f} s, sources {sources_s:.2f} s, "
        f"ratio {bundle_s / sources_s:.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
