"""The entry point of the `cardlight` program."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app import cli
from app.console import complain, make_streams_tolerant, printable_name
from app.crash_log import CrashLog
from app.display import what_prevents_a_window
from app.places import user_places

if TYPE_CHECKING:
    from app.detecting import CardDetector
    from detector.detector import Device, Search

_USAGE_ERROR = 2
_INTERRUPTED = 130
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or show the window where no command is given: without arguments, or with files to open.

    Args:
        argv: The arguments after the program's name; None takes them from the command line.

    Returns:
        The exit status: 0 when all went well, 1 when something failed, 2 for wrong usage, 130 when interrupted.
    """
    make_streams_tolerant()
    _keep_library_warnings_off_the_terminal()
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        try:
            return _run(arguments)
        finally:
            _flush_output()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        _drop_output()
    except Exception as error:  # noqa: BLE001 (the program's top frame)
        _tell_of(error)
    return 1


def _run(arguments: Sequence[str]) -> int:
    if _are_for_the_window(arguments):
        return _show_window([Path(argument) for argument in arguments])
    return cli.run_command(arguments)


def _tell_of(error: Exception) -> None:
    """Say in one line what nobody caught, and log it if it is a fault of the program's."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:  # files that are written name it themselves
        _drop_output()
        complain(f"the output cannot be written ({error.strerror})")
        return
    log = CrashLog(user_places().state)
    log.record(error)
    complain(f"something went wrong inside Cardlight; a log is in {printable_name(log.path)}")


def _flush_output() -> None:
    if sys.stdout is not None:  # a program without a terminal, on Windows
        sys.stdout.flush()


def _drop_output() -> None:
    """Send what is left for standard output nowhere; Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _are_for_the_window(arguments: Sequence[str]) -> bool:
    """Whether there are no arguments, or only files and folders that are there; a command's name is a command."""
    names = {command.name for command in cli.COMMANDS}
    return not any(argument in names or not os.path.exists(argument) for argument in arguments)  # noqa: PTH110


def _show_window(paths: Sequence[Path]) -> int:
    problem = what_prevents_a_window(os.environ)
    if problem is not None:
        complain(problem)
        return _USAGE_ERROR
    try:
        from app.ui.application import run_window
    except ImportError as error:
        complain(f"the window can't be shown, because a system library is missing ({error}). Run: cardlight doctor")
        return 1
    return run_window(paths, user_places(), _load_detector)


def _load_detector(device: Device, threshold: float | None, search: Search = "thorough") -> CardDetector:
    """Loads the networks' runtime only now: the window is there sooner than that is."""
    from detector import Detector

    return Detector.load(device=device, threshold=threshold, search=search)


def _keep_library_warnings_off_the_terminal() -> None:
    """Decoders warn of odd metadata in pictures; whoever wants to see that can listen to the logger."""
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())


if __name__ == "__main__":
    # In a frozen program, a worker process is the program itself, started with arguments that this call answers.
    multiprocessing.freeze_support()
    sys.exit(main())
