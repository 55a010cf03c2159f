"""The entry point of the `cardlight` program."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from app import cli
from app.console import make_streams_tolerant

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: The arguments after the program's name; None takes them from the command line.

    Returns:
        The exit status: 0 when all went well, 1 when something failed, 2 for wrong usage, 130 when interrupted.
    """
    make_streams_tolerant()
    _keep_library_warnings_off_the_terminal()
    try:
        return cli.run_command(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader, `head` perhaps, has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _keep_library_warnings_off_the_terminal() -> None:
    """Decoders warn of odd metadata in pictures; whoever wants to see that can listen to the logger."""
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(logging.NullHandler())


if __name__ == "__main__":
    sys.exit(main())
